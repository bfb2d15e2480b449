/** Who am I, and where do I connect? */
import type { Methods } from './method.ts';

export const authMethods: Methods = {
  'api.test': { scopes: [], token: 'none', run: ({ args }) => ({ args }) },
  'auth.test': {
    scopes: [],
    run: ({ core: { store }, bot }) => ({
      url: `https://${store.team.domain}.slack.com/`,
      team: store.team.name,
      user: store.users.get(bot)?.name ?? '',
      team_id: store.team.id,
      user_id: bot,
      bot_id: store.app.botId,
      app_id: store.app.id,
      is_enterprise_install: false,
    }),
  },
  'apps.connections.open': {
    scopes: [],
    token: 'app',
    run: ({ core }) => ({
      url: `${core.baseUrl.replace(/^http/, 'ws')}/link/?ticket=${core.sockets.ticket()}&app_id=${core.store.app.id}`,
    }),
  },
  'team.info': {
    scopes: ['team:read'],
    run: ({ core: { store } }) => ({ team: { ...store.team, email_domain: `${store.team.domain}.example`, icon: {} } }),
  },
};
