/** Posting, changing and deleting messages. */
import { openDirectMessage } from '../life/channels.ts';
import { addEphemeral, addMessage, editMessage, removeMessage } from '../life/messages.ts';
import { codePoints, maybe, type Json } from '../state/json.ts';
import type { Channel, Message } from '../state/model.ts';
import { SlackError } from '../state/slack-error.ts';
import { messageObject } from '../wire/objects.ts';
import { messageContent, readContent } from './message-args.ts';
import { needed, optional, yes, type Call, type Methods } from './method.ts';

const longestUpdate = 4000;

/** Where to post: an id, `#name`, or a person's id for a direct message. */
function target(call: Call): Channel {
  const { store } = call.core;
  const wanted = needed(call, 'channel');
  const person = store.users.get(wanted);
  if (person) return openDirectMessage(call.core, call.bot, person.id);
  const name = wanted.replace(/^#/, '');
  const channel = store.channels.get(wanted) ?? [...store.channels.values()].find((one) => one.name === name && one.kind !== 'im');
  if (!channel || (channel.kind !== 'public' && !channel.members.has(call.bot))) throw new SlackError('channel_not_found');
  if (channel.isArchived) throw new SlackError('is_archived');
  return channel;
}

/** A public channel without the bot takes posts only with chat:write.public. */
function writable(call: Call): Channel {
  const channel = target(call);
  if (!channel.members.has(call.bot) && !call.core.manifest.scopes.includes('chat:write.public')) throw new SlackError('not_in_channel');
  return channel;
}

/** The parent's ts, whichever message of the thread was named. */
function threadOf(call: Call, channel: Channel): string | undefined {
  const wanted = optional(call, 'thread_ts');
  if (wanted === undefined) return undefined;
  const message = channel.messages.get(wanted);
  if (!message) throw new SlackError('thread_not_found');
  return message.threadTs ?? message.ts;
}

function postMessage(call: Call): Json {
  const content = messageContent(call);
  const channel = writable(call);
  const message = addMessage(call.core, channel, {
    ...content,
    user: call.bot,
    botId: call.core.store.app.botId,
    ...maybe('threadTs', threadOf(call, channel)),
    ...(yes(call, 'reply_broadcast') && { broadcast: true }),
  });
  return { channel: channel.id, ts: message.ts, message: messageObject(call.core, message) };
}

function postEphemeral(call: Call): Json {
  const content = messageContent(call);
  const channel = writable(call);
  const user = needed(call, 'user');
  if (!channel.members.has(user)) throw new SlackError('user_not_in_channel');
  const { botId } = call.core.store.app;
  const thread = maybe('threadTs', threadOf(call, channel));
  const message = addEphemeral(call.core, channel, { ...content, user: call.bot, botId, ephemeralFor: user, ...thread });
  return { message_ts: message.ts };
}

/** A message of the bot, in a channel it can reach. Ephemeral ones are out of reach for good. */
function ownMessage(call: Call, refusal: string): Message {
  const { store } = call.core;
  const channel = store.channels.get(needed(call, 'channel'));
  if (!channel || (channel.kind !== 'public' && !channel.members.has(call.bot))) throw new SlackError('channel_not_found');
  const message = channel.messages.get(needed(call, 'ts'));
  if (!message) throw new SlackError('message_not_found');
  if (message.user !== call.bot || message.subtype !== undefined) throw new SlackError(refusal);
  if (channel.isArchived) throw new SlackError('is_archived');
  return message;
}

/** Parts that were not sent stay: only blocks gives back the old text, only text drops no blocks. */
function update(call: Call): Json {
  const content = readContent(call);
  if (codePoints(content.text) > longestUpdate) throw new SlackError('msg_too_long');
  const given = ['text', 'markdown_text', 'blocks', 'attachments', 'metadata'].filter((key) => call.args[key] !== undefined);
  if (given.length === 0) throw new SlackError('no_text');
  const message = ownMessage(call, 'cant_update_message');
  editMessage(call.core, message, {
    ...((given.includes('text') || given.includes('markdown_text')) && { text: content.text }),
    ...(given.includes('blocks') && { blocks: content.blocks }),
    ...(given.includes('attachments') && { attachments: content.attachments }),
    ...maybe('metadata', content.metadata),
  });
  return { channel: message.channel, ts: message.ts, text: message.text, message: messageObject(call.core, message) };
}

function remove(call: Call): Json {
  const message = ownMessage(call, 'cant_delete_message');
  removeMessage(call.core, message);
  return { channel: message.channel, ts: message.ts };
}

function getPermalink(call: Call): Json {
  const { store } = call.core;
  const channel = store.channels.get(needed(call, 'channel'));
  if (!channel) throw new SlackError('channel_not_found');
  const message = channel.messages.get(needed(call, 'message_ts'));
  if (!message) throw new SlackError('message_not_found');
  const thread =
    message.threadTs === undefined || message.threadTs === message.ts ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  const path = `archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return { channel: channel.id, permalink: `https://${store.team.domain}.slack.com/${path}` };
}

const maxScheduleMs = 120 * 24 * 3_600_000;

function scheduleMessage(call: Call): Json {
  const at = Number(needed(call, 'post_at')) * 1000;
  const { clock } = call.core;
  if (!(at > clock.now())) throw new SlackError('time_in_past');
  if (at > clock.now() + maxScheduleMs) throw new SlackError('time_too_far');
  messageContent(call);
  const channel = writable(call);
  clock.at(at, () => void (channel.isArchived ? undefined : postMessage(call)));
  return { channel: channel.id, scheduled_message_id: call.core.ids.next('Q'), post_at: at / 1000 };
}

const scopes = ['chat:write'];

export const chatMethods: Methods = {
  'chat.postMessage': { scopes, run: postMessage },
  'chat.postEphemeral': { scopes, run: postEphemeral },
  'chat.update': { scopes, run: update },
  'chat.delete': { scopes, run: remove },
  'chat.scheduleMessage': { scopes, run: scheduleMessage },
  'chat.getPermalink': { scopes: [], run: getPermalink },
};
