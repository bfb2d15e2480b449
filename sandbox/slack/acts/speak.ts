/** What a person types: messages and slash commands. */
import type { Act, ActResult } from '../client-api.ts';
import { tell, type Core } from '../core.ts';
import { blockProblems } from '../blocks/validate.ts';
import type { Receipt } from '../delivery/envelope.ts';
import { showAnswer } from '../life/answers.ts';
import { addMessage, editMessage, removeMessage } from '../life/messages.ts';
import { list, maybe, record, text } from '../state/json.ts';
import type { Channel } from '../state/model.ts';
import { SlackError } from '../state/slack-error.ts';
import { channelOf, messageOf } from '../state/store.ts';
import { slashEnvelope } from '../wire/payloads.ts';
import { runBuiltin } from './builtin.ts';
import { acked, done, refused } from './result.ts';

type Of<T extends Act['type']> = Act & { type: T };

/** Posts into a channel the person is in. */
export function post(core: Core, act: Of<'post'>): ActResult {
  const channel = memberChannel(core, act.channel, act.as);
  if (act.text.trim() === '') return refused('no_text', 'There is nothing to send.');
  const parent = act.threadTs === undefined ? undefined : messageOf(core.store, { channel: channel.id, ts: act.threadTs });
  const words = encodeTyped(core, act.text, true);
  const message = addMessage(core, channel, { user: act.as, text: words, ...maybe('threadTs', parent && (parent.threadTs ?? parent.ts)) });
  return { ok: true, ts: message.ts };
}

function memberChannel(core: Core, id: string, user: string): Channel {
  const channel = channelOf(core.store, id);
  if (channel.isArchived) throw new SlackError('is_archived');
  if (!channel.members.has(user)) throw new SlackError('not_in_channel');
  return channel;
}

/** Changes an own message. */
export function edit(core: Core, act: Of<'edit'>): ActResult {
  const message = messageOf(core.store, act);
  if (message.user !== act.as) return refused('cant_update_message', 'Only the author can edit this.');
  editMessage(core, message, { text: encodeTyped(core, act.text ?? '', true) });
  return done;
}

/** Deletes an own message. */
export function remove(core: Core, act: Of<'delete'>): ActResult {
  const message = messageOf(core.store, act, act.as);
  if (message.user !== act.as && message.ephemeralFor !== act.as) return refused('cant_delete_message', 'Only the author can delete this.');
  removeMessage(core, message);
  return done;
}

/** Runs a slash command; the typed line itself is not posted. */
export async function slash(core: Core, act: Of<'slash'>): Promise<ActResult> {
  const channel = channelOf(core.store, act.channel);
  const [word = '', rest = ''] = splitCommand(act.text);
  const builtin = runBuiltin(core, act, { channel, word, rest });
  if (builtin) return builtin;
  const command = core.manifest.commands.find((one) => one.command === word);
  if (!command) return refused('unknown_command', `${word} is not a valid command.`);
  if (!channel.members.has(act.as)) return refused('not_in_channel', `Join #${channel.name} to use commands there.`);
  const typed = command.shouldEscape ? encodeTyped(core, rest, false) : rest;
  const envelope = slashEnvelope(core, { user: act.as, channel, command: word, text: typed });
  const receipt = await core.hub.deliver(envelope);
  if (!receipt.ok) return slashTrouble(core, act, { command: word, receipt });
  return answerSlash(core, act, { command: word, receipt });
}

function splitCommand(typed: string): string[] {
  const match = /^(\S+)\s*([\s\S]*)$/.exec(typed.trim());
  return match ? [match[1] ?? '', (match[2] ?? '').trim()] : [];
}

/** The ack may carry the answer itself. */
function answerSlash(core: Core, act: Of<'slash'>, part: { command: string; receipt: Receipt & { ok: true } }): ActResult {
  const body = record(part.receipt.payload);
  if (text(body['text']) === '' && list(body['blocks']).length === 0) return acked(part.receipt);
  if (blockProblems(body['blocks'] ?? []).length > 0) {
    return trouble(core, act, { error: 'invalid_blocks', words: `${part.command} failed with the error "invalid_blocks"` });
  }
  showAnswer(core, { user: act.as, channel: act.channel }, body);
  return acked(part.receipt);
}

function slashTrouble(core: Core, act: Of<'slash'>, part: { command: string; receipt: Receipt & { ok: false } }): ActResult {
  const { error, ms, status } = part.receipt;
  const words = {
    dispatch_failed: `${part.command} failed with the error "dispatch_failed"`,
    operation_timeout: `${part.command} failed with the error "operation_timeout"`,
    no_ack: `${part.command} failed because the app did not respond`,
    http_error: `${part.command} failed with the error "http_client_error" (${status ?? 0})`,
  };
  return { ...trouble(core, act, { error, words: words[error] }), ms };
}

function trouble(core: Core, act: Of<'slash'>, part: { error: string; words: string }): ActResult {
  tell(core, act.as, { type: 'trouble', where: 'composer', text: part.words, channel: act.channel });
  return refused(part.error, part.words);
}

/**
 * Turns what was typed into what Slack sends: `@ada` -> `<@U…>`, `#support` -> `<#C…|support>`. Commands name the person as well
 * (`<@U…|ada>`); messages escape the three special characters.
 */
function encodeTyped(core: Core, typed: string, isMessage: boolean): string {
  const { store } = core;
  const safe = isMessage ? escapeOutsideMentions(typed) : typed;
  const people = new Map([...store.users.values()].map((user) => [user.name, user.id]));
  const groups = new Map([...store.userGroups.values()].map((group) => [group.handle, group.id]));
  const channels = new Map([...store.channels.values()].filter(({ kind }) => kind !== 'im').map((channel) => [channel.name, channel.id]));
  return safe.replace(/(^|[\s(,])([@#])([\p{L}\p{N}._-]*[\p{L}\p{N}])/gu, (whole: string, before: string, sign: string, name: string) => {
    const person = people.get(name);
    const group = groups.get(name);
    const channel = channels.get(name);
    if (sign === '#') return channel === undefined ? whole : `${before}<#${channel}|${name}>`;
    if (person !== undefined) return `${before}<@${person}${isMessage ? '' : `|${name}`}>`;
    return group === undefined ? whole : `${before}<!subteam^${group}|@${name}>`;
  });
}

function escapeOutsideMentions(typed: string): string {
  return typed
    .split(/(<[@#!][^<>]*>)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')))
    .join('');
}
