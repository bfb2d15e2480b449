/** Our records as the objects Slack's Web API and events carry. */
import type { Core } from '../core.ts';
import { maybe, type Json } from '../state/json.ts';
import type { Channel, Message, StoredView, User } from '../state/model.ts';
import { repliesOf } from '../state/store.ts';

/** A message as in history, events and interaction payloads. */
export function messageObject(core: Core, message: Message, withMetadata = false): Json {
  const { store } = core;
  const isApp = message.botId !== undefined;
  return {
    type: 'message',
    ...maybe('subtype', message.subtype ?? (message.broadcast ? 'thread_broadcast' : undefined)),
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: store.team.id,
    ...(isApp && { bot_id: message.botId, app_id: store.app.id, bot_profile: botProfile(core) }),
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(message.reactions.length > 0 && { reactions: message.reactions.map((one) => ({ ...one, count: one.users.length })) }),
    ...(message.editedTs !== undefined && { edited: { user: message.user, ts: message.editedTs } }),
    ...(message.files && { files: message.files.map((id) => fileObject(core, id)) }),
    ...(withMetadata && maybe('metadata', message.metadata)),
    ...threadFields(core, message),
    ...message.extra,
  };
}

function botProfile({ store }: Core): Json {
  return { id: store.app.botId, app_id: store.app.id, name: store.app.name, team_id: store.team.id, deleted: false };
}

function threadFields(core: Core, message: Message): Json {
  const channel = core.store.channels.get(message.channel);
  if (message.threadTs !== undefined && message.threadTs !== message.ts) {
    const parent = channel?.messages.get(message.threadTs);
    return { thread_ts: message.threadTs, ...maybe('parent_user_id', parent?.user) };
  }
  if (message.threadTs === undefined || !channel) return {};
  const replies = repliesOf(channel, message.ts);
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users: [...new Set(replies.map((reply) => reply.user))],
    ...maybe('latest_reply', replies.at(-1)?.ts),
  };
}

/** A conversation as in conversations.info. */
export function channelObject(core: Core, channel: Channel): Json {
  const bot = core.store.app.botUserId;
  if (channel.kind === 'im') {
    const peer = [...channel.members].find((member) => member !== bot) ?? bot;
    return { id: channel.id, created: channel.created, is_im: true, is_archived: false, user: peer, is_open: true };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_archived: channel.isArchived,
    is_general: channel.isGeneral,
    is_shared: channel.isExtShared,
    is_ext_shared: channel.isExtShared,
    is_org_shared: false,
    is_member: channel.members.has(bot),
    created: channel.created,
    creator: channel.creator,
    context_team_id: core.store.team.id,
    topic: channel.topic,
    purpose: channel.purpose,
    previous_names: channel.previousNames,
    num_members: channel.members.size,
  };
}

/** A person as in users.info; the address only with `users:read.email`. */
export function userObject(core: Core, user: User): Json {
  const offset = zoneOffset(user.tz, core.clock.now());
  return {
    id: user.id,
    team_id: user.team ?? core.store.team.id,
    ...(user.team !== undefined && { is_stranger: true }),
    name: user.name,
    real_name: user.realName,
    deleted: user.isDeleted,
    tz: user.tz,
    tz_label: user.tz,
    tz_offset: offset,
    is_bot: user.isBot,
    is_app_user: false,
    is_restricted: user.isGuest,
    is_ultra_restricted: false,
    is_admin: false,
    is_owner: false,
    profile: {
      real_name: user.realName,
      display_name: user.isBot ? '' : user.name,
      title: user.title,
      team: core.store.team.id,
      ...(core.manifest.scopes.includes('users:read.email') && !user.isBot && { email: user.email }),
      ...(user.isBot && { bot_id: core.store.app.botId, api_app_id: core.store.app.id }),
    },
  };
}

function zoneOffset(tz: string, now: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: tz, timeZoneName: 'longOffset' }).formatToParts(now);
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(parts.find((part) => part.type === 'timeZoneName')?.value ?? '');
  if (!match) return 0;
  const size = Number(match[2]) * 3600 + Number(match[3]) * 60;
  return match[1] === '-' ? -size : size;
}

/** A view as in views.open's answer and in interaction payloads. */
export function viewObject({ store }: Core, view: StoredView): Json {
  return {
    id: view.id,
    team_id: store.team.id,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view.privateMetadata,
    callback_id: view.callbackId,
    state: { values: view.values },
    hash: view.hash,
    title: view.title,
    clear_on_close: view.clearOnClose,
    notify_on_close: view.notifyOnClose,
    close: view.close,
    submit: view.submit,
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: store.app.id,
    external_id: view.externalId,
    app_installed_team_id: store.team.id,
    bot_id: store.app.botId,
  };
}

/** A file as in files.completeUploadExternal. */
export function fileObject({ store, baseUrl }: Core, id: string): Json {
  const file = store.files.get(id);
  if (!file) return { id, mode: 'tombstone' };
  return { id, name: file.name, title: file.title, size: file.size, user: store.app.botUserId, permalink: `${baseUrl}/files/${id}` };
}
