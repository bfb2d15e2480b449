// @ts-check
/** What the message box offers while one types: commands with their usage, people, channels, emoji. Pure but for the snapshot. */
import { findEmoji } from './emoji.js';
import { snap } from './store.js';

/**
 * @typedef {{ from: number, to: number, insert: string, label: string, detail: string, icon?: string, person?: string, emoji?: string }} Offer
 */

const LIMIT = 8;

/** @param {string} text @param {number} caret @param {boolean} inThread @returns {Offer[]} */
export function offers(text, caret, inThread) {
  const before = text.slice(0, caret);
  if (text.startsWith('/') && !inThread) {
    const found = commandOffers(before, caret);
    if (found.length > 0 || !before.includes(' ')) return found;
  }
  const mention = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,30})$/u.exec(before);
  if (mention) return personOffers(mention[1], caret);
  const channel = /(?:^|[\s(])#([\p{L}\p{N}_-]{0,30})$/u.exec(before);
  if (channel) return channelOffers(channel[1], caret);
  const emoji = /(?:^|\s):([a-z0-9_+-]{2,30})$/.exec(before);
  return emoji ? emojiOffers(emoji[1], caret) : [];
}

/** @param {string} before @param {number} caret @returns {Offer[]} */
function commandOffers(before, caret) {
  const { commands } = snap();
  const space = before.indexOf(' ');
  if (space < 0) {
    const found = commands.filter((one) => one.command.startsWith(before));
    return found.map((one) => ({
      from: 0,
      to: caret,
      insert: `${one.command} `,
      label: one.command,
      detail: [one.usageHint, one.description].filter(Boolean).join('  —  '),
    }));
  }
  const command = commands.find((one) => one.command === before.slice(0, space));
  const typed = before.slice(space + 1);
  if (!command || /\s/.test(typed)) return [];
  return verbs(command.usageHint)
    .filter((verb) => verb.startsWith(typed.toLowerCase()) && verb !== typed)
    .slice(0, 12)
    .map((verb) => ({
      from: space + 1,
      to: caret,
      insert: `${verb} `,
      label: `${command.command} ${usageOf(command.usageHint, verb)}`,
      detail: '',
    }));
}

/** "declare [title] | ic | help" offers declare, ic and help. @param {string} hint */
function verbs(hint) {
  return [...new Set(hint.split('|').flatMap((part) => /^\s*([a-z][a-z-]*)/.exec(part)?.[1] ?? []))];
}

/** @param {string} hint @param {string} verb */
function usageOf(hint, verb) {
  return (hint.split('|').find((part) => part.trim().split(/\s/)[0] === verb) ?? '').trim();
}

/** @param {string} typed @param {number} caret @returns {Offer[]} */
function personOffers(typed, caret) {
  const wanted = typed.toLowerCase();
  const fits = (/** @type {import('./store.js').Person} */ who) =>
    who.name.toLowerCase().startsWith(wanted) ||
    who.realName
      .toLowerCase()
      .split(/\s+/)
      .some((word) => word.startsWith(wanted));
  return snap()
    .people.filter(fits)
    .slice(0, LIMIT)
    .map((who) => ({
      from: caret - typed.length - 1,
      to: caret,
      insert: `@${who.name} `,
      label: who.realName,
      detail: `@${who.name}${who.title ? ` · ${who.title}` : ''}`,
      person: who.id,
    }));
}

/** @param {string} typed @param {number} caret @returns {Offer[]} */
function channelOffers(typed, caret) {
  return snap()
    .channels.filter((one) => one.kind !== 'im' && !one.isArchived && one.name.startsWith(typed.toLowerCase()))
    .slice(0, LIMIT)
    .map((one) => ({ from: caret - typed.length - 1, to: caret, insert: `#${one.name} `, label: `#${one.name}`, detail: '' }));
}

/** @param {string} typed @param {number} caret @returns {Offer[]} */
function emojiOffers(typed, caret) {
  return findEmoji(typed, LIMIT).map((one) => ({
    from: caret - typed.length - 1,
    to: caret,
    insert: `:${one.name}: `,
    label: `:${one.name}:`,
    detail: '',
    emoji: one.name,
  }));
}
