/** The payloads Slack sends to an app, field by field. */
import type { Core } from '../core.ts';
import type { Envelope } from '../delivery/envelope.ts';
import type { Json } from '../state/json.ts';
import type { Channel, Message, StoredView } from '../state/model.ts';
import { userOf } from '../state/store.ts';
import { messageObject, viewObject } from './objects.ts';

/** The old verification token: every payload still carries one, nobody should check it. */
const legacyToken = 'sandbox-verification';

function common(core: Core, user: string): Json {
  const { store } = core;
  const { name, team = store.team.id } = userOf(store, user);
  return {
    team: { id: store.team.id, domain: store.team.domain },
    user: { id: user, username: name, name, team_id: team },
    api_app_id: store.app.id,
    token: legacyToken,
    enterprise: null,
    is_enterprise_install: false,
  };
}

function interactive(name: string, payload: Json, acceptsResponse = false): Envelope {
  return { type: 'interactive', name, payload, acceptsResponse };
}

function place(channel: Channel): Json {
  const names = { public: channel.name, private: 'privategroup', im: 'directmessage' };
  return { id: channel.id, name: names[channel.kind] };
}

/** `/incident declare …`: a flat form where even booleans are strings. */
export function slashEnvelope(core: Core, part: { user: string; channel: Channel; command: string; text: string }): Envelope {
  const { store } = core;
  const where = place(part.channel);
  const payload = {
    token: legacyToken,
    team_id: userOf(store, part.user).team ?? store.team.id,
    team_domain: store.team.domain,
    channel_id: part.channel.id,
    channel_name: where['name'],
    user_id: part.user,
    user_name: userOf(store, part.user).name,
    command: part.command,
    text: part.text,
    api_app_id: store.app.id,
    is_enterprise_install: 'false',
    response_url: core.baseUrl + core.responseUrls.issue({ user: part.user, channel: part.channel.id }),
    trigger_id: core.triggers.issue({ user: part.user, channel: part.channel.id }),
  };
  return { type: 'slash_commands', name: part.command, payload, acceptsResponse: true };
}

/** A used element of a message. */
export function messageActionsEnvelope(core: Core, message: Message, part: { user: string; action: Json; values: Json }): Envelope {
  const channel = core.store.channels.get(message.channel);
  const isEphemeral = message.ephemeralFor !== undefined;
  const thread = message.threadTs === undefined ? {} : { thread_ts: message.threadTs };
  const target = { user: part.user, channel: message.channel, ts: message.ts };
  return interactive('block_actions', {
    type: 'block_actions',
    ...common(core, part.user),
    container: { type: 'message', message_ts: message.ts, channel_id: message.channel, is_ephemeral: isEphemeral, ...thread },
    trigger_id: core.triggers.issue({ user: part.user, channel: message.channel }),
    channel: channel ? place(channel) : { id: message.channel },
    ...(!isEphemeral && { message: messageObject(core, message) }),
    state: { values: part.values },
    response_url:
      core.baseUrl + core.responseUrls.issue(message.threadTs === undefined ? target : { ...target, threadTs: message.threadTs }),
    actions: [part.action],
  });
}

/** A used element of a modal or of App Home: no channel, no message, no response_url. */
export function viewActionsEnvelope(core: Core, view: StoredView, action: Json): Envelope {
  return interactive('block_actions', {
    type: 'block_actions',
    ...common(core, view.user),
    container: { type: 'view', view_id: view.id },
    trigger_id: core.triggers.issue({ user: view.user, viewId: view.id }),
    view: viewObject(core, view),
    actions: [action],
  });
}

/** A submitted modal. */
export function submissionEnvelope(core: Core, view: StoredView, responseUrls: Json[]): Envelope {
  const payload = {
    type: 'view_submission',
    ...common(core, view.user),
    trigger_id: core.triggers.issue({ user: view.user, viewId: view.id }),
    view: viewObject(core, view),
    response_urls: responseUrls,
  };
  return interactive('view_submission', payload, true);
}

/** A closed modal: no trigger, nothing can be opened from it. */
export function closedEnvelope(core: Core, view: StoredView, isCleared: boolean): Envelope {
  const payload = { type: 'view_closed', ...common(core, view.user), view: viewObject(core, view), is_cleared: isCleared };
  return interactive('view_closed', payload);
}

/** Typing in an external select. */
export function suggestionEnvelope(
  core: Core,
  part: { user: string; blockId: string; actionId: string; query: string; where: Json },
): Envelope {
  const payload = {
    type: 'block_suggestion',
    ...common(core, part.user),
    action_id: part.actionId,
    block_id: part.blockId,
    value: part.query,
    ...part.where,
  };
  return interactive('block_suggestion', payload, true);
}

/** A global shortcut: no channel, no response_url. */
export function shortcutEnvelope(core: Core, user: string, callbackId: string): Envelope {
  return interactive('shortcut', {
    type: 'shortcut',
    ...common(core, user),
    callback_id: callbackId,
    action_ts: core.ids.ts(),
    trigger_id: core.triggers.issue({ user }),
  });
}

/** A shortcut on a message. */
export function messageShortcutEnvelope(core: Core, message: Message, part: { user: string; callbackId: string }): Envelope {
  const channel = core.store.channels.get(message.channel);
  const target = { user: part.user, channel: message.channel, ts: message.ts };
  return interactive('message_action', {
    type: 'message_action',
    ...common(core, part.user),
    callback_id: part.callbackId,
    action_ts: core.ids.ts(),
    trigger_id: core.triggers.issue({ user: part.user, channel: message.channel }),
    channel: channel ? place(channel) : { id: message.channel },
    message_ts: message.ts,
    message: messageObject(core, message),
    response_url: core.baseUrl + core.responseUrls.issue(target),
  });
}

/** An event in the outer envelope Bolt authorizes by. */
export function eventEnvelope(core: Core, event: Json): Envelope {
  const { store } = core;
  const payload = {
    token: legacyToken,
    team_id: store.team.id,
    context_team_id: store.team.id,
    context_enterprise_id: null,
    api_app_id: store.app.id,
    event,
    type: 'event_callback',
    event_id: core.ids.next('Ev'),
    event_time: Math.floor(core.clock.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: store.team.id, user_id: store.app.botUserId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: core.ids.next('4-'),
  };
  return { type: 'events_api', name: String(event['type']), payload, acceptsResponse: false };
}
