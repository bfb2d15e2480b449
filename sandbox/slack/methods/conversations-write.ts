/** Changing conversations. */
import {
  createChannel,
  joinChannel,
  leaveChannel,
  checkName,
  openDirectMessage,
  renameChannel,
  setArchived,
  setWords,
} from '../life/channels.ts';
import type { Json } from '../state/json.ts';
import type { Channel } from '../state/model.ts';
import { SlackError } from '../state/slack-error.ts';
import { channelObject } from '../wire/objects.ts';
import {
  conversation,
  conversationScopes,
  ids,
  needed,
  optional,
  ownChannel,
  requireScope,
  yes,
  type Call,
  type Methods,
} from './method.ts';

const write = conversationScopes('write');
const invites = ['channels:write.invites', 'groups:write.invites'];
const topics = ['channels:write.topic', 'groups:write.topic'];
const maxInvites = 1000;

function create(call: Call): Json {
  const kind = yes(call, 'is_private') ? 'private' : 'public';
  requireScope(call.core, kind === 'private' ? ['groups:write'] : ['channels:manage', 'channels:write']);
  const name = checkName(call.core, optional(call, 'name') ?? '');
  return { channel: channelObject(call.core, createChannel(call.core, { name, kind, creator: call.bot })) };
}

/** Why this person cannot be invited, in Slack's word. */
function refusal(call: Call, channel: Channel, id: string): string | undefined {
  const user = call.core.store.users.get(id);
  if (!user || user.isDeleted) return 'user_not_found';
  if (id === call.bot) return 'cant_invite_self';
  if (channel.members.has(id)) return 'already_in_channel';
  return user.isGuest ? 'user_is_restricted' : undefined;
}

/** All or nothing, unless `force` keeps the ones that can. */
function invite(call: Call): Json {
  const channel = ownChannel(call, invites);
  const users = ids(call, 'users');
  if (users.length === 0) throw new SlackError('no_user');
  if (users.length > maxInvites) throw new SlackError('too_many_users');
  const errors = users.flatMap((user) => {
    const error = refusal(call, channel, user);
    return error === undefined ? [] : [{ user, ok: false, error }];
  });
  const first = errors[0];
  if (first && (!yes(call, 'force') || errors.length === users.length)) throw new SlackError(first.error, { errors });
  const refused = new Set(errors.map((error) => error.user));
  for (const user of users) if (!refused.has(user)) joinChannel(call.core, channel, { user, inviter: call.bot });
  return { channel: channelObject(call.core, channel), ...(errors.length > 0 && { errors }) };
}

function kick(call: Call): Json {
  const channel = ownChannel(call);
  const user = needed(call, 'user');
  if (user === call.bot) throw new SlackError('cant_kick_self');
  if (!call.core.store.users.has(user)) throw new SlackError('user_not_found');
  if (!channel.members.has(user)) throw new SlackError('not_in_channel');
  if (channel.isGeneral) throw new SlackError('cant_kick_from_general');
  leaveChannel(call.core, channel, user);
  return {};
}

function join(call: Call): Json {
  const channel = conversation(call, 'write', ['channels:join']);
  if (channel.kind !== 'public') throw new SlackError('method_not_supported_for_channel_type');
  if (channel.isArchived) throw new SlackError('is_archived');
  const wasIn = channel.members.has(call.bot);
  joinChannel(call.core, channel, { user: call.bot });
  return { channel: channelObject(call.core, channel), ...(wasIn && { warning: 'already_in_channel' }) };
}

function leave(call: Call): Json {
  const channel = conversation(call, 'write');
  if (channel.isGeneral) throw new SlackError('cant_leave_general');
  if (!channel.members.has(call.bot)) return { not_in_channel: true };
  leaveChannel(call.core, channel, call.bot);
  return {};
}

/** Direct messages with one person; with several is not part of this workspace. */
function open(call: Call): Json {
  const known = optional(call, 'channel');
  if (known !== undefined) return { channel: channelObject(call.core, conversation(call, 'write')) };
  const users = ids(call, 'users');
  if (users.length === 0) throw new SlackError('users_list_not_supplied');
  if (users.length > 1) throw new SlackError('method_not_supported_for_channel_type');
  requireScope(call.core, ['im:write']);
  const user = call.core.store.users.get(users[0] ?? '');
  if (!user) throw new SlackError('user_not_found');
  if (user.isDeleted) throw new SlackError('user_disabled');
  if (user.isBot) throw new SlackError('cannot_dm_bot');
  const channel = openDirectMessage(call.core, call.bot, user.id);
  return { channel: yes(call, 'return_im') ? channelObject(call.core, channel) : { id: channel.id } };
}

function archive(archived: boolean): (call: Call) => Json {
  return (call) => {
    const channel = conversation(call, 'write');
    if (channel.kind === 'im') throw new SlackError('method_not_supported_for_channel_type');
    if (!channel.members.has(call.bot)) throw new SlackError('not_in_channel');
    setArchived(call.core, channel, { archived, user: call.bot });
    return {};
  };
}

function rename(call: Call): Json {
  const channel = ownChannel(call);
  if (channel.creator !== call.bot) throw new SlackError('not_authorized');
  renameChannel(call.core, channel, { name: optional(call, 'name') ?? '', user: call.bot });
  return { channel: channelObject(call.core, channel) };
}

function words(what: 'topic' | 'purpose'): (call: Call) => Json {
  return (call) => {
    const channel = ownChannel(call, topics);
    setWords(call.core, channel, { what, value: optional(call, what) ?? '', user: call.bot });
    return { [what]: channel[what].value, channel: channelObject(call.core, channel) };
  };
}

export const conversationWriteMethods: Methods = {
  'conversations.create': { scopes: write, run: create },
  'conversations.invite': { scopes: [...write, ...invites], run: invite },
  'conversations.kick': { scopes: write, run: kick },
  'conversations.join': { scopes: ['channels:join', 'channels:manage'], run: join },
  'conversations.leave': { scopes: write, run: leave },
  'conversations.open': { scopes: ['im:write', 'mpim:write'], run: open },
  'conversations.archive': { scopes: write, run: archive(true) },
  'conversations.unarchive': { scopes: write, run: archive(false) },
  'conversations.rename': { scopes: write, run: rename },
  'conversations.setTopic': { scopes: [...write, ...topics], run: words('topic') },
  'conversations.setPurpose': { scopes: [...write, ...topics], run: words('purpose') },
};
