// @ts-check
/** Above the messages: the channel's name, topic and people, its bookmarks and its pins. */
import { byId, fill, h, icon, iconButton } from './dom.js';
import { safeUrl } from './mrkdwn.js';
import { closePopover, menu, popover, toast } from './popover.js';
import { go, route } from './route.js';
import { act, channelLabel, messagesOf, person, snap } from './store.js';
import { openHome, talkWith } from './sidebar.js';
import { avatar, emojiNode, emojiText, linkNode, mrkdwn, summary } from './text.js';

/** @typedef {import('./store.js').Channel} Channel */

let sig = '';

/** @param {Channel | undefined} one */
export function renderHeader(one) {
  const next = JSON.stringify([
    one,
    route.home,
    snap().as,
    snap().app,
    one?.pins.length ? messagesOf(one.id).map((m) => m.editedTs ?? m.ts) : 0,
  ]);
  if (next === sig) return;
  sig = next;
  const head = byId('channel-head');
  const isApp = route.home || one?.peer === snap().app.botUserId;
  if (isApp) fill(head, appHead(one));
  else if (one) fill(head, channelHead(one), strip(one));
  else fill(head);
  head.dataset.channel = one?.id ?? '';
}

/** @param {Channel | undefined} one */
function appHead(one) {
  const { app } = snap();
  const tab = (/** @type {string} */ text, /** @type {boolean} */ on, /** @type {() => void} */ run) =>
    h(
      'button',
      { type: 'button', role: 'tab', class: 'tab', 'aria-selected': String(on), 'data-focus-id': `tab-${text}`, onclick: run },
      text,
    );
  const messages = async () => {
    const room = talkWith(app.botUserId)?.id ?? (await act({ type: 'open_dm', peer: app.botUserId })).channel;
    const id = typeof room === 'string' ? room : room?.id;
    if (id) go({ home: false, channel: id, thread: '' });
  };
  return [
    h('div', { class: 'head-row' }, avatar(person(app.botUserId)), h('h1', {}, app.name), h('span', { class: 'tag' }, 'app')),
    h(
      'div',
      { class: 'tabs', role: 'tablist', 'aria-label': app.name },
      tab('Home', route.home, openHome),
      tab('Messages', !route.home && one !== undefined, () => void messages()),
    ),
  ];
}

/** @param {Channel} one */
function channelHead(one) {
  const name =
    one.kind === 'im'
      ? avatar(person(one.peer ?? ''))
      : icon(one.kind === 'private' ? 'lock' : 'hash', one.kind === 'private' ? 'private channel' : undefined);
  const topic = h(
    'div',
    { class: 'topic', title: summary(one.topic || one.purpose), 'data-testid': 'topic' },
    one.topic ? mrkdwn(one.topic) : one.purpose ? mrkdwn(one.purpose) : '',
  );
  const who = person(one.peer ?? '');
  const about = one.kind === 'im' ? h('div', { class: 'topic' }, who?.title ?? '') : topic;
  return h(
    'div',
    { class: 'head-row' },
    name,
    h('h1', { 'data-testid': 'channel-name' }, h('bdi', {}, channelLabel(one))),
    about,
    one.kind !== 'im' && membersButton(one),
    one.kind !== 'im' && moreButton(one),
  );
}

/** @param {Channel} one */
function membersButton(one) {
  const faces = one.members.slice(0, 3).map((id) => avatar(person(id), 'small'));
  const button = h(
    'button',
    { type: 'button', class: 'members', 'aria-haspopup': 'true', 'aria-label': `${one.members.length} members`, 'data-testid': 'members' },
    h('span', { class: 'faces wide-only' }, faces),
    h('span', { class: 'narrow-only' }, icon('people')),
    String(one.members.length),
  );
  const list = () =>
    one.members.map((id) =>
      h(
        'div',
        { class: 'person-row' },
        avatar(person(id), 'small'),
        h('bdi', {}, person(id)?.realName ?? id),
        h('small', {}, person(id)?.title ?? ''),
      ),
    );
  button.addEventListener('click', () =>
    popover(button, h('div', { class: 'people', tabindex: '-1' }, h('div', { class: 'menu-heading' }, 'In this channel'), list()), {
      label: 'Members',
    }),
  );
  return button;
}

/** @param {Channel} one */
function moreButton(one) {
  const does = (/** @type {'join' | 'leave' | 'archive'} */ type) => async () => {
    const answer = await act({ type, channel: one.id });
    if (!answer.ok) toast(answer.message ?? answer.error ?? 'That did not work.');
  };
  const items = one.isMember
    ? [
        { label: 'Leave channel', icon: 'back', run: does('leave') },
        { label: 'Archive for everyone', icon: 'trash', danger: true, run: does('archive') },
      ]
    : [{ label: 'Join channel', icon: 'plus', run: does('join') }];
  const button = iconButton('more', 'Channel actions', () => menu(button, 'Channel actions', items), { 'aria-haspopup': 'menu' });
  return button;
}

/** @param {Channel} one */
function strip(one) {
  if (one.bookmarks.length === 0 && one.pins.length === 0) return null;
  const pins = one.pins.length > 0 && pinsButton(one);
  return h('div', { class: 'strip', role: 'toolbar', 'aria-label': 'Pins and bookmarks' }, pins, one.bookmarks.map(bookmark));
}

/** @param {Channel['bookmarks'][number]} one */
function bookmark(one) {
  const url = safeUrl(one.link);
  const name = one.emoji?.replaceAll(':', '');
  const face = name ? emojiNode(name) : icon('link');
  const link = url ? linkNode(url, one.title) : h('span', {}, emojiText(one.title));
  return h('span', { class: 'bookmark', 'data-testid': 'bookmark' }, face, link);
}

/** @param {Channel} one */
function pinsButton(one) {
  const button = h(
    'button',
    { type: 'button', class: 'bookmark', 'aria-haspopup': 'true', 'data-testid': 'pins' },
    icon('pin'),
    `${one.pins.length} pinned`,
  );
  button.addEventListener('click', () => {
    const pinned = messagesOf(one.id).filter((message) => one.pins.includes(message.ts));
    const rows = pinned.map((message) =>
      h(
        'button',
        { type: 'button', class: 'pin-row', onclick: () => showPin(message.ts) },
        h('strong', {}, h('bdi', {}, person(message.user)?.realName ?? '')),
        h('span', {}, summary(message.text).slice(0, 200)),
      ),
    );
    popover(button, h('div', { class: 'people', tabindex: '-1' }, h('div', { class: 'menu-heading' }, 'Pinned here'), rows), {
      label: 'Pins',
      wide: true,
    });
  });
  return button;
}

/** @param {string} ts */
function showPin(ts) {
  closePopover();
  const target = document.querySelector(`#messages [data-ts="${CSS.escape(ts)}"]`);
  target?.scrollIntoView({ block: 'center' });
  target?.classList.add('flash');
  setTimeout(() => target?.classList.remove('flash'), 1600);
}
