/** One door for everything a person does. */
import type { Act, ActResult } from '../client-api.ts';
import type { Core } from '../core.ts';
import { joinChannel, leaveChannel, openDirectMessage, setArchived } from '../life/channels.ts';
import { pin, unpin } from '../life/marks.ts';
import { react, showChannel } from '../life/messages.ts';
import { text } from '../state/json.ts';
import { SlackError } from '../state/slack-error.ts';
import { channelOf, maySee, messageOf } from '../state/store.ts';
import { close, openHome, submit, viewAction, viewInput } from './forms.ts';
import { messageAction, messageShortcut, shortcut } from './interact.ts';
import { done, refused } from './result.ts';
import { edit, post, remove, slash } from './speak.ts';
import { suggest } from './suggest.ts';

/** Does it; what Slack would refuse comes back as `ok: false`. */
export async function perform(core: Core, act: Act): Promise<ActResult> {
  const person = core.store.users.get(act.as);
  if (!person || person.isDeleted) return refused('user_not_found', 'Nobody here has this name.');
  try {
    // Over HTTP anything may arrive, whatever the types say.
    const result = (await dispatch(core, act)) as ActResult | undefined;
    return result ?? refused('unknown_act', 'There is no such act.');
  } catch (error) {
    if (error instanceof SlackError) return refused(error.code, text(error.extras['message']) || error.code);
    throw error;
  }
}

function dispatch(core: Core, act: Act): ActResult | Promise<ActResult> {
  switch (act.type) {
    case 'post':
      return post(core, act);
    case 'slash':
      return slash(core, act);
    case 'shortcut':
      return shortcut(core, act);
    case 'message_shortcut':
      return messageShortcut(core, act);
    case 'action':
      return messageAction(core, act);
    case 'view_action':
      return viewAction(core, act);
    case 'view_input':
      return viewInput(core, act);
    case 'submit':
      return submit(core, act);
    case 'close':
      return close(core, act);
    case 'suggest':
      return suggest(core, act);
    case 'open_home':
      return openHome(core, act);
    case 'react':
    case 'edit':
    case 'delete':
    case 'pin':
    case 'join':
    case 'leave':
    case 'archive':
    case 'read':
    case 'open_dm':
    case 'set_faults':
    case 'advance_clock':
    case 'drop_sockets':
      return dispatchSmall(core, act);
  }
}

type Small = Exclude<
  Act,
  {
    type:
      | 'post'
      | 'slash'
      | 'shortcut'
      | 'message_shortcut'
      | 'action'
      | 'view_action'
      | 'view_input'
      | 'submit'
      | 'close'
      | 'suggest'
      | 'open_home';
  }
>;

function dispatchSmall(core: Core, act: Small): ActResult {
  switch (act.type) {
    case 'react':
      return reactTo(core, act);
    case 'edit':
    case 'delete':
    case 'pin':
      return changeMessage(core, act);
    case 'join':
    case 'leave':
    case 'archive':
    case 'read':
      return changeMembership(core, act);
    case 'open_dm':
      return { ok: true, channel: openDirectMessage(core, act.as, act.peer).id };
    case 'set_faults':
      core.faults.set(act.faults);
      return done;
    case 'advance_clock':
      core.clock.advance(act.ms);
      return done;
    case 'drop_sockets':
      core.sockets.disconnect(act.how);
      return done;
  }
}

function reactTo(core: Core, act: Act & { type: 'react' }): ActResult {
  const changed = react(core, messageOf(core.store, act), { user: act.as, name: act.name, ...(act.remove && { remove: true }) });
  if (changed) return done;
  return act.remove ? refused('no_reaction') : refused('already_reacted');
}

function changeMessage(core: Core, act: Act & { type: 'edit' | 'delete' | 'pin' }): ActResult {
  if (act.type === 'edit') return edit(core, { ...act, type: 'edit' });
  if (act.type === 'delete') return remove(core, { ...act, type: 'delete' });
  const channel = channelOf(core.store, act.channel);
  const { ts } = messageOf(core.store, act);
  if (channel.pins.has(ts)) unpin(core, channel, { ts, user: act.as });
  else pin(core, channel, { ts, user: act.as });
  return done;
}

function changeMembership(core: Core, act: Act & { type: 'join' | 'leave' | 'archive' | 'read' }): ActResult {
  const channel = channelOf(core.store, act.channel);
  if (!maySee(core.store, channel, act.as)) return refused('channel_not_found');
  switch (act.type) {
    case 'join':
      if (channel.isArchived) return refused('is_archived', 'This channel is archived.');
      joinChannel(core, channel, { user: act.as });
      return done;
    case 'leave':
      leaveChannel(core, channel, act.as);
      return done;
    case 'archive':
      setArchived(core, channel, { archived: true, user: act.as });
      return done;
    case 'read':
      channel.lastRead.set(act.as, [...channel.messages.keys()].at(-1) ?? '');
      showChannel(core, channel);
      return done;
  }
}
