/** Modals and App Home. */
import { openModal, publishHome, pushModal, updateView, viewOf } from '../life/views.ts';
import { maybe, type Json } from '../state/json.ts';
import type { StoredView } from '../state/model.ts';
import { SlackError } from '../state/slack-error.ts';
import { viewObject } from '../wire/objects.ts';
import { needed, optional, parsed, type Call, type Methods } from './method.ts';

function answer(call: Call, view: StoredView): Json {
  return { view: viewObject(call.core, view) };
}

function update(call: Call): Json {
  const viewId = optional(call, 'view_id');
  const externalId = optional(call, 'external_id');
  const hash = optional(call, 'hash');
  const view = viewOf(call.core, { ...maybe('viewId', viewId), ...maybe('externalId', externalId), ...maybe('hash', hash) });
  return answer(call, updateView(call.core, view, parsed(call, 'view')));
}

function publish(call: Call): Json {
  const user = needed(call, 'user_id');
  if (!call.core.manifest.homeTab) throw new SlackError('not_enabled');
  if (!call.core.store.users.has(user)) throw new SlackError('user_not_found');
  return answer(call, publishHome(call.core, user, parsed(call, 'view'), optional(call, 'hash')));
}

export const viewMethods: Methods = {
  'views.open': {
    scopes: [],
    run: (call) => answer(call, openModal(call.core, parsed(call, 'view'), call.core.triggers.exchange(needed(call, 'trigger_id')))),
  },
  'views.push': {
    scopes: [],
    run: (call) => answer(call, pushModal(call.core, parsed(call, 'view'), call.core.triggers.exchange(needed(call, 'trigger_id')))),
  },
  'views.update': { scopes: [], run: update },
  'views.publish': { scopes: [], run: publish },
};
