// @ts-check
/** The message box: Enter sends, a first / is a command. Names stay readable here; the workspace turns @ada into <@U…>. */
import { offers } from './completion.js';
import { h, icon, iconButton } from './dom.js';
import { menu, toast } from './popover.js';
import { act, person, snap } from './store.js';
import { avatar, emojiNode } from './text.js';

/** @typedef {import('./completion.js').Offer} Offer */
/** @typedef {{ channel: string, threadTs?: string, placeholder: string, testId: string }} Target */
/** @typedef {{ target: Target, field: HTMLTextAreaElement, list: HTMLElement, problem: HTMLElement, offered: Offer[], active: number }} Box */

/** What was being written where, kept while one looks elsewhere. @type {Map<string, string>} */
const unsent = new Map();
let serial = 0;

/** @param {Target} target @returns {HTMLElement} */
export function composer(target) {
  serial += 1;
  const listId = `offers-${serial}`;
  const list = h('div', { class: 'offers', role: 'listbox', id: listId, 'aria-label': 'Suggestions', hidden: true });
  const problem = h('div', { class: 'composer-problem', role: 'alert', 'data-testid': 'composer-problem', hidden: true });
  const field = /** @type {HTMLTextAreaElement} */ (
    h('textarea', {
      rows: '1',
      'data-testid': target.testId,
      placeholder: target.placeholder,
      'aria-label': target.placeholder,
      'aria-controls': listId,
      'aria-autocomplete': 'list',
      autocomplete: 'off',
      spellcheck: 'true',
    })
  );
  if (!target.threadTs) field.id = 'composer-box';
  /** @type {Box} */
  const box = { target, field, list, problem, offered: [], active: 0 };
  field.value = unsent.get(keyOf(target)) ?? '';
  field.addEventListener('input', () => onInput(box));
  field.addEventListener('click', () => offer(box));
  field.addEventListener('keydown', (event) => onKey(box, event));
  field.addEventListener('blur', () => setTimeout(() => showOffers(box, []), 150));
  const send = iconButton('send', 'Send', () => void submit(box), {
    class: 'icon-button send',
    'data-testid': target.threadTs ? 'thread-send' : 'send',
  });
  requestAnimationFrame(() => grow(field));
  return h(
    'div',
    { class: 'composer' },
    list,
    problem,
    h('div', { class: 'composer-box' }, !target.threadTs && shortcutsButton(), field, send),
  );
}

/** @param {Target} target */
function keyOf(target) {
  return `${snap().as} ${target.channel} ${target.threadTs ?? ''}`;
}

function shortcutsButton() {
  const button = iconButton(
    'bolt',
    'Shortcuts',
    () => {
      const { shortcuts, commands, app } = snap();
      const items = shortcuts
        .filter((one) => one.type === 'global')
        .map((one) => ({
          label: one.name,
          detail: one.description,
          icon: 'bolt',
          data: { 'data-callback-id': one.callbackId },
          run: () => void runShortcut(one.callbackId),
        }));
      const typed = commands.map((one) => ({
        label: one.command,
        detail: one.description,
        icon: 'hash',
        run: () => writeCommand(one.command),
      }));
      menu(button, 'Shortcuts', [{ heading: app.name }, ...items, 'line', { heading: 'Commands' }, ...typed]);
    },
    { 'data-testid': 'shortcuts', 'aria-haspopup': 'menu' },
  );
  return button;
}

/** @param {string} callbackId */
async function runShortcut(callbackId) {
  const answer = await act({ type: 'shortcut', callbackId });
  if (!answer.ok) toast(answer.message ?? answer.error ?? 'The shortcut did not work.');
}

/** @param {string} command */
function writeCommand(command) {
  const field = document.getElementById('composer-box');
  if (!(field instanceof HTMLTextAreaElement)) return;
  field.value = `${command} `;
  field.focus();
  field.dispatchEvent(new Event('input'));
}

/** @param {Box} box */
function onInput(box) {
  unsent.set(keyOf(box.target), box.field.value);
  complain(box, '');
  grow(box.field);
  offer(box);
}

/** @param {HTMLTextAreaElement} field */
function grow(field) {
  field.style.setProperty('height', 'auto');
  // An empty box is one line high: Chromium would make room for a long placeholder.
  if (field.value === '') return;
  field.style.setProperty('height', `${Math.min(field.scrollHeight, 220)}px`);
}

/** @param {Box} box */
function offer(box) {
  const { field, target } = box;
  showOffers(
    box,
    field.selectionStart === field.selectionEnd ? offers(field.value, field.selectionStart, target.threadTs !== undefined) : [],
  );
}

/** @param {Box} box @param {Offer[]} found */
function showOffers(box, found) {
  box.offered = found;
  box.list.hidden = found.length === 0;
  box.field.setAttribute('aria-expanded', String(found.length > 0));
  box.list.replaceChildren(...found.map((one, index) => offerRow(box, one, index)));
  setActive(box, 0);
}

/** @param {Box} box @param {Offer} one @param {number} index */
function offerRow(box, one, index) {
  const face = one.person
    ? avatar(person(one.person), 'small')
    : one.emoji
      ? emojiNode(one.emoji)
      : icon(one.label.startsWith('#') ? 'hash' : 'bolt');
  const row = h(
    'div',
    { class: 'option', role: 'option', id: `${box.list.id}-${index}` },
    face,
    h('span', {}, h('bdi', {}, one.label), one.detail && h('small', {}, one.detail)),
  );
  row.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    accept(box, one);
  });
  return row;
}

/** @param {Box} box @param {number} index */
function setActive(box, index) {
  box.active = index;
  for (const [at, row] of [...box.list.children].entries()) {
    row.classList.toggle('active', at === index);
    row.setAttribute('aria-selected', String(at === index));
  }
  box.list.children[index]?.scrollIntoView({ block: 'nearest' });
  if (box.offered.length > 0) box.field.setAttribute('aria-activedescendant', `${box.list.id}-${index}`);
  else box.field.removeAttribute('aria-activedescendant');
}

/** @param {Box} box @param {Offer} one */
function accept(box, one) {
  const { field } = box;
  field.setRangeText(one.insert, one.from, one.to, 'end');
  onInput(box);
}

/** @param {Box} box @param {KeyboardEvent} event */
function onKey(box, event) {
  if (event.isComposing) return;
  const count = box.offered.length;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (count > 0 && step) setActive(box, (box.active + step + count) % count);
  else if (count > 0 && event.key === 'Escape') showOffers(box, []);
  else if (count > 0 && (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey && !isWhole(box))))
    accept(box, box.offered[box.active]);
  else if (event.key === 'Enter' && !event.shiftKey) void submit(box);
  else return;
  event.preventDefault();
}

/** A word that is complete, or not begun, is sent by Enter and not completed. @param {Box} box */
function isWhole(box) {
  const one = box.offered[box.active];
  const typed = box.field.value.slice(one.from, one.to);
  return typed === '' || typed === one.insert.trim();
}

/** @param {Box} box @param {string} text */
function complain(box, text) {
  box.problem.textContent = text;
  box.problem.hidden = text === '';
}

/** @param {Box} box */
async function submit(box) {
  const text = box.field.value.trim();
  if (text === '') return;
  const refusal = text.startsWith('/') ? refuseCommand(text, box.target) : '';
  if (refusal) return complain(box, refusal);
  box.field.value = '';
  onInput(box);
  const { channel, threadTs } = box.target;
  const answer = await act(text.startsWith('/') ? { type: 'slash', channel, text } : { type: 'post', channel, threadTs, text });
  if (answer.ok) return;
  if (box.field.value === '') box.field.value = text;
  unsent.set(keyOf(box.target), box.field.value);
  grow(box.field);
  complain(box, answer.message ?? answer.error ?? 'That was not sent.');
}

/** @param {string} text @param {Target} target */
function refuseCommand(text, target) {
  const word = text.split(/\s/)[0];
  if (target.threadTs) return `${word} cannot be used in threads. Use it in the channel itself.`;
  const known = snap().commands.map((one) => one.command);
  return known.includes(word) ? '' : `${word} is not a command here. Known: ${known.join(', ') || 'none'}.`;
}

/** What the workspace says about the last command, when it did not answer in time. @param {string} text @param {string} [channel] */
export function composerTrouble(text, channel) {
  const shown =
    document.querySelector(`#composer[data-channel="${CSS.escape(channel ?? '')}"] .composer-problem`) ??
    (channel ? null : document.querySelector('#composer .composer-problem'));
  if (!(shown instanceof HTMLElement)) return false;
  shown.textContent = text;
  shown.hidden = false;
  return true;
}
