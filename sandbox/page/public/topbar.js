// @ts-check
/** The bar on top: the workspace, how the app is connected, who one is, and the inspector. Below it the host's notice. */
import { byId, fill, h, icon, iconButton } from './dom.js';
import { go, route } from './route.js';
import { person, snap, store } from './store.js';
import { avatar } from './text.js';

let sig = '';

export function renderTopbar() {
  const { team, app, as, people, notice } = snap();
  const next = JSON.stringify([team, app, as, people.length, store.online, route.pane, notice]);
  if (next === sig) return;
  sig = next;
  const pane = route.pane === 'inspector';
  const inspector = h(
    'button',
    {
      type: 'button',
      class: `top-button ${pane ? 'on' : ''}`,
      'aria-pressed': String(pane),
      'data-testid': 'inspector-toggle',
      onclick: () => go({ pane: pane ? '' : 'inspector' }, { replace: true }),
    },
    icon('pulse'),
    h('span', { class: 'wide-only' }, 'Inspector'),
  );
  const drawer = iconButton('menu', 'Channels', () => document.body.classList.toggle('drawer-open'), {
    class: 'icon-button narrow-only',
    'data-testid': 'drawer',
  });
  fill(
    byId('topbar'),
    drawer,
    h('strong', { class: 'team' }, h('bdi', {}, team.name)),
    connection(),
    h('span', { class: 'grow' }),
    actAs(),
    inspector,
  );
  const banner = byId('notice');
  banner.hidden = !notice;
  banner.textContent = notice;
}

function connection() {
  const { app } = snap();
  const [kind, text] =
    store.online === 'lost'
      ? ['bad', 'Workspace unreachable, trying again']
      : !app.connected || app.mode === 'none'
        ? ['bad', `${app.name} is not connected`]
        : ['good', `${app.name} · ${app.mode === 'socket' ? 'Socket Mode' : 'HTTP'}`];
  return h(
    'span',
    { class: `connection ${kind}`, role: 'status', 'data-testid': 'connection', title: text },
    h('i', { class: 'dot' }),
    h('span', { class: 'connection-text' }, text),
  );
}

function actAs() {
  const { people, as } = snap();
  const humans = people.filter((who) => !who.isBot);
  const options = humans.map((who) =>
    h('option', { value: who.id, selected: who.id === as }, `${who.realName}${who.isGuest ? ' (guest)' : ''}`),
  );
  const select = /** @type {HTMLSelectElement} */ (
    h('select', { 'data-testid': 'act-as', 'data-focus-id': 'act-as', 'aria-label': 'Act as' }, options)
  );
  select.addEventListener('change', () => go({ as: select.value, thread: '' }));
  return h(
    'label',
    { class: 'act-as', title: 'Who you are in this window' },
    avatar(person(as), 'small'),
    h('span', { class: 'wide-only' }, 'Acting as'),
    select,
    icon('down'),
  );
}
