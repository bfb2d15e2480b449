// @ts-check
/** App Home. */
import { renderBlocks } from './blocks.js';
import { byId, h, patch } from './dom.js';
import { viewPlace } from './places.js';
import { snap } from './store.js';

export function renderHome() {
  const { home, app } = snap();
  const { values: _values, ...look } = home ?? {};
  const sig = JSON.stringify(home ? look : app.connected);
  const build = () =>
    h('div', { class: 'home-blocks', 'data-testid': 'home' }, home ? renderBlocks(home.blocks, viewPlace(home)) : empty(app));
  patch(byId('home'), [{ key: 'home', sig, build }]);
}

/** @param {import('./store.js').Snapshot['app']} app */
function empty(app) {
  const why = app.connected ? `${app.name} has not put anything here yet.` : `${app.name} is not connected, so its Home is empty.`;
  return h('div', { class: 'intro' }, h('strong', {}, 'Nothing here yet'), h('p', {}, why));
}
