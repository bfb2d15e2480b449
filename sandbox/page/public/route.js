// @ts-check
/** Who is looking at what lives in the address, so that two windows can be two people and Back works. */

/** @typedef {{ as: string, channel: string, thread: string, home: boolean, pane: string }} Route */

/** @type {Route} */
export const route = read();
/** @type {Set<(before: Route) => void>} */
const listeners = new Set();

/** @returns {Route} */
function read() {
  const query = new URLSearchParams(location.search);
  return {
    as: query.get('as') ?? '',
    channel: query.get('channel') ?? '',
    thread: query.get('thread') ?? '',
    home: query.get('home') === '1',
    pane: query.get('pane') ?? '',
  };
}

function address() {
  const query = new URLSearchParams();
  if (route.as) query.set('as', route.as);
  if (route.channel) query.set('channel', route.channel);
  if (route.thread) query.set('thread', route.thread);
  if (route.home) query.set('home', '1');
  if (route.pane) query.set('pane', route.pane);
  return `?${query}`;
}

/** @param {(before: Route) => void} listener */
export function onRoute(listener) {
  listeners.add(listener);
}

/** @param {Route} before */
function tell(before) {
  for (const listener of listeners) listener(before);
}

/** @param {Partial<Route>} to @param {{ replace?: boolean }} [how] */
export function go(to, how = {}) {
  const before = { ...route };
  Object.assign(route, to);
  if (address() === location.search) return;
  if (how.replace) history.replaceState(null, '', address());
  else history.pushState(null, '', address());
  tell(before);
}

/** @param {string} channel */
export function openChannel(channel) {
  go({ channel, home: false, thread: '' });
}

const ROOM_FOR_BOTH = 1500;

/** Beside an open inspector there is room for a thread only on a wide screen. @param {string} ts */
export function openThread(ts) {
  go({ thread: ts, pane: innerWidth < ROOM_FOR_BOTH ? '' : route.pane });
}

addEventListener('popstate', () => {
  const before = { ...route };
  Object.assign(route, read());
  tell(before);
});
