// @ts-check
/** Puts the page together: one frame, redrawn region by region whenever the workspace or the address changes. */
import { composer, composerTrouble } from './composer.js';
import { byId, fill, h, icon } from './dom.js';
import { renderHeader } from './header.js';
import { renderHome } from './home.js';
import { renderInspector } from './inspector.js';
import { forgetChannel, renderMessages } from './messages.js';
import { modalTrouble, renderModals } from './modal.js';
import { closePopover, toast } from './popover.js';
import { go, onRoute, route } from './route.js';
import { renderSidebar } from './sidebar.js';
import { act, channel, channelLabel, follow, get, me, snap, store, subscribe } from './store.js';
import { renderThread } from './thread.js';
import { renderTopbar } from './topbar.js';

let planned = false;
let logOnly = true;
let framed = false;

function frame() {
  framed = true;
  fill(
    byId('app'),
    h('div', { id: 'topbar', class: 'topbar' }),
    h('div', { id: 'notice', class: 'notice', role: 'note', 'data-testid': 'notice', hidden: true }),
    h(
      'div',
      { class: 'columns' },
      h('nav', { id: 'places', class: 'sidebar', 'aria-label': 'Channels and people' }),
      h('div', { class: 'drawer-shade', onclick: () => document.body.classList.remove('drawer-open') }),
      h(
        'main',
        { class: 'main' },
        h('header', { id: 'channel-head', class: 'channel-head' }),
        room(),
        h('div', { id: 'home', class: 'home', hidden: true }),
      ),
      h('aside', { id: 'thread', class: 'pane thread', 'aria-label': 'Thread', hidden: true }),
      h('aside', { id: 'inspector', class: 'pane inspector', 'aria-label': 'Inspector', hidden: true }),
    ),
  );
}

function room() {
  const scroller = h(
    'div',
    { id: 'messages-scroll', class: 'messages-scroll', tabindex: '0', 'aria-label': 'Message history', role: 'region' },
    h('div', { id: 'messages', class: 'messages', role: 'log', 'aria-relevant': 'additions', 'aria-label': 'Messages' }),
  );
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    jump.hidden = true;
  };
  const jump = h('button', { id: 'jump', type: 'button', class: 'jump', hidden: true, onclick: toEnd }, icon('down'), 'Latest');
  stayAtEnd(scroller, jump);
  return h('div', { id: 'room', class: 'room' }, scroller, jump, h('div', { id: 'composer', class: 'composer-place' }));
}

/** Who reads the newest keeps reading it, whatever grows above: images, edits, the box below. @param {HTMLElement} scroller @param {HTMLElement} jump */
function stayAtEnd(scroller, jump) {
  let atEnd = true;
  scroller.addEventListener('scroll', () => {
    atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
    if (atEnd) jump.hidden = true;
  });
  const watch = new ResizeObserver(() => {
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
  });
  watch.observe(scroller);
  if (scroller.firstElementChild) watch.observe(scroller.firstElementChild);
}

/** Many changes in one moment make one redraw; a line of the log concerns the inspector alone. @param {boolean} [log] */
function plan(log = false) {
  logOnly &&= log;
  if (planned) return;
  planned = true;
  // Not an animation frame: a window in the background must stay current too.
  setTimeout(draw, 0);
}

function draw() {
  const log = logOnly;
  planned = false;
  logOnly = true;
  if (!store.snapshot) return;
  if (log && framed) return renderInspector();
  if (!framed) frame();
  const here = settle();
  renderTopbar();
  renderSidebar();
  renderHeader(here);
  byId('room').hidden = route.home;
  byId('home').hidden = !route.home;
  if (route.home) renderHome();
  else if (here) renderMessages(here);
  renderComposer(here);
  renderThread(here);
  renderInspector();
  renderModals();
  document.title = titleOf(here);
}

/** The channel to show: the one in the address (by id or name) if this person may see it, else the first. */
function settle() {
  if (route.home) return undefined;
  const wanted = channel(route.channel);
  if (wanted) return wanted;
  const { channels } = snap();
  const first =
    channels.find((one) => one.kind !== 'im' && one.name === route.channel) ??
    channels.find((one) => one.name === 'incidents' && one.isMember) ??
    channels.find((one) => one.kind !== 'im' && one.isMember && !one.isArchived);
  if (first) go({ channel: first.id, thread: '' }, { replace: true });
  return first;
}

/** @param {import('./store.js').Channel | undefined} here */
function titleOf(here) {
  const unread = snap().channels.reduce((sum, one) => sum + one.unread, 0);
  const name = route.home ? snap().app.name : here ? channelLabel(here) : '';
  return `${unread ? `(${unread}) ` : ''}${name} · ${snap().team.name}`;
}

let composerKey = '';

/** @param {import('./store.js').Channel | undefined} here */
function renderComposer(here) {
  const place = byId('composer');
  const state = !here ? '' : here.isArchived ? 'archived' : here.isMember || here.kind === 'im' ? 'open' : 'outside';
  const key = JSON.stringify([here?.id, here && channelLabel(here), state, snap().as]);
  if (key === composerKey) return;
  composerKey = key;
  place.dataset.channel = here?.id ?? '';
  if (!here) fill(place);
  else if (state === 'archived') fill(place, h('p', { class: 'composer-note' }, 'This channel is archived. It can be read, not written.'));
  else if (state === 'outside') fill(place, joinBar(here));
  else
    fill(
      place,
      composer({ channel: here.id, placeholder: `Message ${here.kind === 'im' ? '' : '#'}${channelLabel(here)}`, testId: 'composer' }),
    );
}

/** @param {import('./store.js').Channel} here */
function joinBar(here) {
  const join = async () => {
    const answer = await act({ type: 'join', channel: here.id });
    if (!answer.ok) toast(answer.message ?? answer.error ?? 'Joining did not work.');
  };
  return h(
    'p',
    { class: 'composer-note' },
    `You are not in #${here.name}. `,
    h('button', { type: 'button', class: 'button primary', 'data-testid': 'join', onclick: () => void join() }, 'Join channel'),
  );
}

subscribe((change) => {
  if (change?.type === 'trouble') showTrouble(change);
  plan(change?.type === 'log');
});

/** @param {import('./store.js').Trouble} trouble */
function showTrouble(trouble) {
  if (trouble.where === 'modal' && modalTrouble(trouble.text)) return;
  if (trouble.where === 'composer' && composerTrouble(trouble.text, trouble.channel)) return;
  toast(trouble.text);
}

onRoute((before) => {
  if (before.as !== route.as) void start();
  else if (before.channel !== route.channel) closePopover();
  if (!before.home && route.home) void act({ type: 'open_home' });
  plan();
});

addEventListener('redraw', () => plan());
document.addEventListener('visibilitychange', () => plan());
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  if (document.body.classList.contains('drawer-open')) document.body.classList.remove('drawer-open');
  else if (route.thread && byId('thread').contains(document.activeElement)) go({ thread: '' });
});

async function start() {
  closePopover();
  forgetChannel();
  try {
    // Setting the person in the address starts again by itself.
    if (!route.as) return await somebody();
    await follow(route.as);
    if (!me()) return await somebody();
    if (route.home) void act({ type: 'open_home' });
  } catch (error) {
    failed(error);
  }
}

/** No id of a person in the address: whoever is called like that, else the first person of the workspace. */
async function somebody() {
  const { people } = await get(`/client/snapshot?as=${encodeURIComponent(route.as)}`);
  const humans = people.filter((/** @type {import('./store.js').Person} */ one) => !one.isBot);
  const first = humans.find((/** @type {import('./store.js').Person} */ one) => one.name === route.as) ?? humans[0];
  if (!first) throw new Error('there is nobody in it');
  go({ as: first.id }, { replace: true });
}

/** @param {unknown} error */
function failed(error) {
  const retry = h('button', { type: 'button', class: 'button primary', onclick: () => void start() }, 'Try again');
  const fresh = h('a', { class: 'button', href: '/' }, 'Start over');
  framed = false;
  composerKey = '';
  fill(
    byId('app'),
    h(
      'div',
      { class: 'boot', role: 'alert' },
      h('p', {}, `The workspace could not be opened: ${error instanceof Error ? error.message : String(error)}.`),
      retry,
      ' ',
      fresh,
    ),
  );
}

void start();
