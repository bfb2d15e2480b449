/** People and groups of people. */
import { seconds } from '../core.ts';
import type { Json } from '../state/json.ts';
import { SlackError } from '../state/slack-error.ts';
import { userOf } from '../state/store.ts';
import { userObject } from '../wire/objects.ts';
import { needed, page, yes, type Call, type Methods } from './method.ts';

function lookupByEmail(call: Call): Json {
  const email = needed(call, 'email').toLowerCase();
  const user = [...call.core.store.users.values()].find((one) => one.email === email && !one.isDeleted);
  if (!user) throw new SlackError('users_not_found');
  return { user: userObject(call.core, user) };
}

function groups(call: Call): Json {
  const withUsers = yes(call, 'include_users');
  const usergroups = [...call.core.store.userGroups.values()].map(({ id, handle, name, users }) => ({
    id,
    team_id: call.core.store.team.id,
    is_usergroup: true,
    name,
    handle,
    description: '',
    user_count: users.length,
    ...(withUsers && { users }),
  }));
  return { usergroups };
}

export const userMethods: Methods = {
  'users.info': { scopes: ['users:read'], run: (call) => ({ user: userObject(call.core, userOf(call.core.store, needed(call, 'user'))) }) },
  'users.list': {
    scopes: ['users:read'],
    run(call) {
      const { items, response_metadata } = page(call, [...call.core.store.users.values()]);
      return { members: items.map((user) => userObject(call.core, user)), cache_ts: seconds(call.core), response_metadata };
    },
  },
  'users.lookupByEmail': { scopes: ['users:read.email'], run: lookupByEmail },
  'usergroups.list': { scopes: ['usergroups:read'], run: groups },
  'usergroups.users.list': {
    scopes: ['usergroups:read'],
    run(call) {
      const group = call.core.store.userGroups.get(needed(call, 'usergroup'));
      if (!group) throw new SlackError('no_such_subteam');
      return { users: group.users };
    },
  },
};
