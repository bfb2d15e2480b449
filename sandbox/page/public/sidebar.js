// @ts-check
/** Where one can go: channels, direct messages, the app. */
import { byId, h, icon, patch } from './dom.js';
import { toast } from './popover.js';
import { go, openChannel, route } from './route.js';
import { act, person, snap } from './store.js';
import { avatar } from './text.js';

/** @typedef {import('./store.js').Channel} Channel */
/** @typedef {import('./dom.js').Keyed} Keyed */

let browsing = false;

export function renderSidebar() {
  const { channels, people, as, app } = snap();
  const rooms = channels.filter((one) => one.kind !== 'im' && !one.isArchived).sort((a, b) => a.name.localeCompare(b.name));
  const mine = rooms.filter((one) => one.isMember);
  const others = rooms.filter((one) => !one.isMember);
  const talks = people.filter((who) => who.id !== as && who.id !== app.botUserId).map((who) => ({ who, room: talkWith(who.id) }));
  patch(byId('places'), [
    heading('h-channels', 'Channels'),
    ...mine.map(roomRow),
    ...browseRows(others),
    heading('h-people', 'Direct messages'),
    ...talks.map(({ who, room }) => talkRow(who, room)),
    heading('h-apps', 'Apps'),
    appRow(),
  ]);
}

/** @param {string} id @returns {Channel | undefined} */
export function talkWith(id) {
  return snap().channels.find((one) => one.kind === 'im' && one.peer === id);
}

/** @param {string} key @param {string} text @returns {Keyed} */
function heading(key, text) {
  return { key, sig: text, build: () => h('h2', { class: 'side-heading' }, text) };
}

/** @param {string} key @param {boolean} current @param {number} unread @param {() => void} run @param {(Node | string)[]} inside @returns {Keyed} */
function row(key, current, unread, run, inside) {
  const text = inside.map((one) => (typeof one === 'string' ? one : one.textContent)).join('|');
  const build = () =>
    h(
      'button',
      {
        type: 'button',
        class: `side-row ${unread ? 'unread' : ''}`,
        'aria-current': current ? 'page' : undefined,
        'data-focus-id': key,
        onclick: run,
      },
      inside,
      unread > 0 && h('span', { class: 'badge', 'aria-label': `${unread} unread` }, String(Math.min(unread, 99))),
    );
  return { key, sig: JSON.stringify([current, unread, text]), build };
}

/** @param {Channel} one @returns {Keyed} */
function roomRow(one) {
  const inside = [icon(one.kind === 'private' ? 'lock' : 'hash'), h('span', { class: 'side-name' }, h('bdi', {}, one.name))];
  return row(one.id, !route.home && route.channel === one.id, one.unread, () => leaveDrawer(() => openChannel(one.id)), inside);
}

/** @param {Channel[]} others @returns {Keyed[]} */
function browseRows(others) {
  if (others.length === 0) return [];
  const toggle = () => {
    browsing = !browsing;
    renderSidebar();
  };
  const label = browsing ? 'Hide channels you are not in' : `Browse ${others.length} more`;
  return [
    row('browse', false, 0, toggle, [icon(browsing ? 'down' : 'plus'), h('span', { class: 'side-name' }, label)]),
    ...(browsing ? others.map(roomRow) : []),
  ];
}

/** @param {import('./store.js').Person} who @param {Channel | undefined} room @returns {Keyed} */
function talkRow(who, room) {
  const current = !route.home && room !== undefined && route.channel === room.id;
  const guest = who.isGuest ? [h('span', { class: 'tag' }, 'guest')] : [];
  return row(who.id, current, room?.unread ?? 0, () => leaveDrawer(() => void openTalk(who.id)), [
    avatar(who, 'small'),
    h('span', { class: 'side-name' }, h('bdi', {}, who.realName)),
    ...guest,
  ]);
}

/** @returns {Keyed} */
function appRow() {
  const { app } = snap();
  const room = talkWith(app.botUserId);
  const current = route.home || (room !== undefined && route.channel === room.id);
  const run = () => leaveDrawer(() => openHome());
  return row('app', current, room?.unread ?? 0, run, [
    avatar(person(app.botUserId), 'small'),
    h('span', { class: 'side-name' }, app.name),
    h('span', { class: 'tag' }, 'app'),
  ]);
}

export function openHome() {
  go({ home: true, channel: '', thread: '' });
  void act({ type: 'open_home' });
}

/** @param {string} peer */
export async function openTalk(peer) {
  const room = talkWith(peer);
  if (room) return openChannel(room.id);
  const answer = await act({ type: 'open_dm', peer });
  const id = typeof answer.channel === 'string' ? answer.channel : answer.channel?.id;
  if (answer.ok && id) openChannel(id);
  else if (!answer.ok) toast(answer.message ?? answer.error ?? 'The conversation could not be opened.');
}

/** On a phone the list is a drawer: going somewhere shuts it. @param {() => void} then */
function leaveDrawer(then) {
  document.body.classList.remove('drawer-open');
  then();
}
