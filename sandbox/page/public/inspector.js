// @ts-check
/** Every envelope to the app and every call from it, with times, and the panel that makes things worse on purpose. */
import { faultPanel } from './faults.js';
import { byId, fill, h, iconButton, patch } from './dom.js';
import { go, route } from './route.js';
import { snap, store } from './store.js';

/** @typedef {import('./store.js').LogEntry} LogEntry */

const filter = { text: '', kind: '', tab: 'log' };
/** @type {Set<string>} */
const opened = new Set();
let built = false;
const SHOWN = 300;

export function renderInspector() {
  const pane = byId('inspector');
  pane.hidden = route.pane !== 'inspector';
  document.body.classList.toggle('has-inspector', !pane.hidden);
  if (pane.hidden) return;
  if (!built) build(pane);
  renderTabs(pane);
  if (filter.tab === 'log') renderLog();
  else patch(byId('faults'), [{ key: 'faults', sig: JSON.stringify([snap().faults, snap().clock]), build: () => faultPanel(snap()) }]);
}

/** @param {HTMLElement} pane */
function build(pane) {
  built = true;
  const tab = (/** @type {string} */ id, /** @type {string} */ text) =>
    h('button', { type: 'button', class: 'tab', role: 'tab', 'data-tab': id, onclick: () => switchTab(id) }, text);
  const close = iconButton('close', 'Close inspector', () => go({ pane: '' }, { replace: true }));
  const tabs = h('div', { class: 'tabs', role: 'tablist' }, tab('log', 'Traffic'), tab('faults', 'Faults'));
  const log = h('div', { id: 'log', class: 'log', role: 'list', 'aria-label': 'Traffic', tabindex: '0' });
  fill(
    pane,
    h('header', { class: 'pane-head' }, h('h2', {}, 'Inspector'), tabs, close),
    h('div', { class: 'log-part' }, h('div', { class: 'log-filter' }, searchField(), kindField()), log),
    h('div', { id: 'faults', class: 'fault-part' }),
  );
}

function searchField() {
  const props = {
    class: 'field',
    type: 'search',
    placeholder: 'Filter by name, error or content',
    'aria-label': 'Filter the log',
    'data-testid': 'log-filter',
  };
  const search = /** @type {HTMLInputElement} */ (h('input', props));
  search.addEventListener('input', () => {
    filter.text = search.value.toLowerCase();
    renderLog();
  });
  return search;
}

const kindNames = {
  '': 'All',
  delivery: 'To the app',
  api: 'API calls',
  response_url: 'Response URLs',
  socket: 'Sockets',
  errors: 'Errors only',
};

function kindField() {
  const options = Object.entries(kindNames).map(([value, text]) => h('option', { value }, text));
  const kinds = /** @type {HTMLSelectElement} */ (h('select', { class: 'field', 'aria-label': 'Kind' }, options));
  kinds.addEventListener('change', () => {
    filter.kind = kinds.value;
    renderLog();
  });
  return kinds;
}

/** @param {string} id */
function switchTab(id) {
  filter.tab = id;
  renderInspector();
}

/** @param {HTMLElement} pane */
function renderTabs(pane) {
  for (const tab of pane.querySelectorAll('[data-tab]'))
    tab.setAttribute('aria-selected', String(/** @type {HTMLElement} */ (tab).dataset.tab === filter.tab));
  pane.classList.toggle('on-faults', filter.tab === 'faults');
}

function renderLog() {
  const scroller = byId('log');
  const atTop = scroller.scrollTop < 40;
  const lines = store.log.filter(fits).slice(-SHOWN).reverse();
  patch(
    scroller,
    lines.map((entry) => ({
      key: String(entry.id),
      sig: `${entry.ms} ${entry.ok} ${entry.error} ${entry.response === undefined}`,
      build: () => line(entry),
    })),
  );
  if (lines.length === 0)
    scroller.replaceChildren(
      h('p', { class: 'list-note' }, store.log.length === 0 ? 'Nothing has happened yet.' : 'Nothing fits the filter.'),
    );
  if (atTop) scroller.scrollTop = 0;
}

/** @param {LogEntry} entry */
function fits(entry) {
  if (filter.kind === 'errors' ? isGood(entry) : filter.kind && entry.kind !== filter.kind) return false;
  return !filter.text || JSON.stringify(entry).toLowerCase().includes(filter.text);
}

/** @param {LogEntry} entry */
function isGood(entry) {
  return entry.ok !== false && !entry.error;
}

const arrows = { delivery: '→ app', api: 'app →', response_url: 'app ↩', socket: 'socket' };

/** @param {LogEntry} entry */
function line(entry) {
  const slow = entry.kind === 'delivery' && (entry.ms ?? 0) > 1000 ? 'slow' : '';
  const ms = entry.ms === undefined ? '' : `${entry.ms < 10 ? entry.ms.toFixed(1) : Math.round(entry.ms)} ms`;
  const time = new Date(entry.at).toLocaleTimeString('en-GB');
  const node = h(
    'details',
    { class: `log-line ${isGood(entry) ? '' : 'bad'}`, role: 'listitem', 'data-testid': 'log-line', open: opened.has(String(entry.id)) },
    h(
      'summary',
      {},
      h('time', {}, time),
      h('span', { class: `kind kind-${entry.kind}` }, arrows[entry.kind] ?? entry.kind),
      h('span', { class: 'log-name' }, entry.name, entry.error && h('em', {}, ` ${entry.error}`)),
      h('span', { class: `ms ${slow}` }, ms),
    ),
  );
  const show = () => node.append(part('Request', entry.request), part('Response', entry.response));
  if (opened.has(String(entry.id))) show();
  node.addEventListener('toggle', () => {
    const open = /** @type {HTMLDetailsElement} */ (node).open;
    if (open === opened.has(String(entry.id))) return;
    if (open) opened.add(String(entry.id));
    else opened.delete(String(entry.id));
    if (open && node.childElementCount === 1) show();
  });
  return node;
}

/** @param {string} title @param {unknown} value */
function part(title, value) {
  return h(
    'div',
    { class: 'log-json' },
    h('strong', {}, title),
    value === undefined ? h('p', { class: 'list-note' }, 'none') : tree('', value, 0),
  );
}

/** @param {string} name @param {unknown} value @param {number} depth @returns {HTMLElement} */
function tree(name, value, depth) {
  const label = name && h('span', { class: 'json-key' }, `${name}: `);
  if (value === null || typeof value !== 'object') {
    return h(
      'div',
      { class: 'json-leaf' },
      label,
      h('span', { class: `json-${value === null ? 'null' : typeof value}` }, JSON.stringify(value) ?? 'undefined'),
    );
  }
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  const node = h(
    'details',
    { class: 'json-tree', open: depth < 1 || (depth < 3 && entries.length < 4) },
    h('summary', {}, label, h('span', { class: 'json-size' }, size)),
  );
  const show = () => node.append(...entries.map(([key, inner]) => tree(key, inner, depth + 1)));
  if (/** @type {HTMLDetailsElement} */ (node).open) show();
  else node.addEventListener('toggle', show, { once: true });
  return node;
}
