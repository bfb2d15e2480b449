/** Looking at conversations. */
import { filled, text, type Json } from '../state/json.ts';
import type { Channel, Message } from '../state/model.ts';
import { SlackError } from '../state/slack-error.ts';
import { repliesOf } from '../state/store.ts';
import { channelObject, messageObject } from '../wire/objects.ts';
import { conversation, conversationScopes, ids, needed, optional, page, yes, type Call, type Methods } from './method.ts';

const read = conversationScopes('read');
const historyScopes = conversationScopes('history');

/** The kinds of conversation a `types` argument asks for. */
function wantedChannels(call: Call): Channel[] {
  const types = new Set(ids(call, 'types'));
  if (types.size === 0) types.add('public_channel');
  const names = { public: 'public_channel', private: 'private_channel', im: 'im' };
  const withoutArchived = yes(call, 'exclude_archived');
  return [...call.core.store.channels.values()].filter(
    (channel) =>
      types.has(names[channel.kind]) &&
      (channel.kind === 'public' || channel.members.has(call.bot)) &&
      !(withoutArchived && channel.isArchived),
  );
}

function inWindow(call: Call, ts: string): boolean {
  const oldest = optional(call, 'oldest');
  const latest = optional(call, 'latest');
  if (yes(call, 'inclusive') && (ts === oldest || ts === latest)) return true;
  return (oldest === undefined || Number(ts) > Number(oldest)) && (latest === undefined || Number(ts) < Number(latest));
}

function pageOfMessages(call: Call, messages: Message[]): Json {
  const { items, response_metadata } = page(call, messages);
  const withMetadata = yes(call, 'include_all_metadata');
  return {
    messages: items.map((message) => messageObject(call.core, message, withMetadata)),
    has_more: response_metadata.next_cursor !== '',
    response_metadata,
  };
}

function memberChannel(call: Call): Channel {
  const channel = conversation(call, 'history');
  if (!channel.members.has(call.bot)) throw new SlackError('not_in_channel');
  return channel;
}

function replies(call: Call): Json {
  const channel = memberChannel(call);
  const parent = channel.messages.get(needed(call, 'ts'));
  if (!parent) throw new SlackError('thread_not_found');
  const following = repliesOf(channel, parent.ts).filter((message) => inWindow(call, message.ts));
  return pageOfMessages(call, [parent, ...following]);
}

function history(call: Call): Json {
  const channel = memberChannel(call);
  const topLevel = [...channel.messages.values()].filter(
    (message) => message.threadTs === undefined || message.threadTs === message.ts || message.broadcast === true,
  );
  return pageOfMessages(call, topLevel.filter((message) => inWindow(call, message.ts)).toReversed());
}

export const conversationReadMethods: Methods = {
  'conversations.info': {
    scopes: read,
    run(call) {
      const channel = conversation(call, 'read');
      return { channel: { ...channelObject(call.core, channel), ...(!yes(call, 'include_num_members') && { num_members: undefined }) } };
    },
  },
  'conversations.list': {
    scopes: read,
    run(call) {
      const { items, response_metadata } = page(call, wantedChannels(call));
      return { channels: items.map((channel) => channelObject(call.core, channel)), response_metadata };
    },
  },
  'conversations.members': {
    scopes: read,
    run(call) {
      const { items, response_metadata } = page(call, [...conversation(call, 'read').members]);
      return { members: items, response_metadata };
    },
  },
  'conversations.history': { scopes: historyScopes, run: history },
  'conversations.replies': { scopes: historyScopes, run: replies },
  'users.conversations': {
    scopes: read,
    run(call) {
      const user = filled(text(call.args['user'])) ?? call.bot;
      const { items, response_metadata } = page(
        call,
        wantedChannels(call).filter((channel) => channel.members.has(user)),
      );
      return { channels: items.map((channel) => channelObject(call.core, channel)), response_metadata };
    },
  },
};
