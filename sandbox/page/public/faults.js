// @ts-check
/** The fault panel: rate limits, latency, rules, sockets and the clock. */
import { h, iconButton } from './dom.js';
import { toast } from './popover.js';
import { act, changed, snap } from './store.js';

/** @typedef {import('../../slack/client-api.ts').Faults} Faults */
/** @typedef {import('../../slack/client-api.ts').FaultRule} FaultRule */

/** @param {Partial<Faults>} faults */
async function set(faults) {
  const answer = await act({ type: 'set_faults', faults });
  if (!answer.ok) toast(answer.message ?? answer.error ?? 'The fault was not set.');
}

/** @type {{ label: string, rule: FaultRule }[]} */
const common = [
  { label: 'Next post answers 500', rule: { method: 'chat.postMessage', kind: 'status', value: 500, times: 1 } },
  { label: 'Next post: rate limited, 2 s', rule: { method: 'chat.postMessage', kind: 'rate_limited', value: 2, times: 1 } },
  { label: 'Next post: done, answer lost', rule: { method: 'chat.postMessage', kind: 'cut_after', times: 1 } },
  { label: 'Next call hangs', rule: { method: '*', kind: 'hang', times: 1 } },
  { label: 'Channel name is taken', rule: { method: 'conversations.create', kind: 'error', error: 'name_taken', times: 1 } },
  { label: 'Everything answers 503', rule: { method: '*', kind: 'status', value: 503 } },
];

/** @param {import('./store.js').Snapshot} snapshot */
export function faultPanel({ faults, clock }) {
  return h(
    'div',
    { class: 'fault-panel', 'data-testid': 'faults' },
    limits(faults),
    latency(faults),
    rules(faults),
    sockets(),
    clockPart(clock.offsetMs),
  );
}

/** @param {string} title @param {...(Node | (Node | false | null)[] | false | null)} inside */
function part(title, ...inside) {
  return h('fieldset', { class: 'fault-set' }, h('legend', {}, title), ...inside);
}

/** @param {string} text @param {() => void} onclick @param {string} [style] */
function button(text, onclick, style = '') {
  return h('button', { type: 'button', class: `button small ${style}`, onclick }, text);
}

/** @param {Faults} faults */
function limits(faults) {
  const box = /** @type {HTMLInputElement} */ (
    h('input', { type: 'checkbox', checked: faults.rateLimits, 'data-focus-id': 'rate-limits' })
  );
  box.addEventListener('change', () => void set({ rateLimits: box.checked }));
  return part('Rate limits', h('label', { class: 'box' }, box, h('span', {}, 'Enforce the tiers of each method')));
}

/** @param {Faults} faults */
function latency(faults) {
  const method = field('text', 'Method', '*');
  const ms = field('number', 'Milliseconds', '300');
  const add = () => void set({ latencyMs: { ...faults.latencyMs, [method.value.trim() || '*']: Number(ms.value) || 0 } });
  const rows = Object.entries(faults.latencyMs).map(([name, value]) => {
    const { [name]: _gone, ...rest } = faults.latencyMs;
    return activeRow(`${name} + ${value} ms`, () => void set({ latencyMs: rest }));
  });
  return part('Latency of calls', rows, h('div', { class: 'fault-row' }, method, ms, button('Add', add)));
}

/** @param {Faults} faults */
function rules(faults) {
  const add = (/** @type {FaultRule} */ rule) => void set({ rules: [...faults.rules, rule] });
  const rows = faults.rules.map((rule, index) =>
    activeRow(describe(rule), () => void set({ rules: faults.rules.filter((_, at) => at !== index) })),
  );
  return part(
    'Faults',
    rows,
    h(
      'div',
      { class: 'fault-buttons' },
      common.map(({ label, rule }) => button(label, () => add(rule))),
    ),
    ownRule(add),
  );
}

/** @param {(rule: FaultRule) => void} add */
function ownRule(add) {
  const method = field('text', 'Method', '*');
  const kinds = ['status', 'rate_limited', 'hang', 'cut_before', 'cut_after', 'error'];
  const kind = /** @type {HTMLSelectElement} */ (
    h(
      'select',
      { class: 'field', 'aria-label': 'Kind of fault' },
      kinds.map((one) => h('option', { value: one }, one)),
    )
  );
  const value = field('text', 'Status, seconds or error', '500');
  const times = field('number', 'Times', '1');
  const make = () =>
    add(ruleFrom(method.value.trim() || '*', /** @type {FaultRule['kind']} */ (kind.value), value.value.trim(), Number(times.value)));
  return h(
    'details',
    {},
    h('summary', {}, 'Another rule'),
    h('div', { class: 'fault-row' }, method, kind, value, times, button('Add', make)),
  );
}

/** @param {string} method @param {FaultRule['kind']} kind @param {string} value @param {number} times @returns {FaultRule} */
function ruleFrom(method, kind, value, times) {
  const what =
    kind === 'error'
      ? { error: value || 'internal_error' }
      : kind === 'status' || kind === 'rate_limited'
        ? { value: Number(value) || 1 }
        : {};
  return { method, kind, ...what, ...(times > 0 && { times }) };
}

/** @param {FaultRule} rule */
function describe(rule) {
  const what = [rule.kind.replace('_', ' '), rule.error ?? rule.value].filter((one) => one !== undefined).join(' ');
  return `${rule.method}: ${what}${rule.times === undefined ? '' : `, ${rule.times} more`}`;
}

/** @param {string} text @param {() => void} clear */
function activeRow(text, clear) {
  return h('div', { class: 'fault-active' }, h('span', {}, text), iconButton('close', `Clear: ${text}`, clear));
}

/** @param {string} type @param {string} label @param {string} value */
function field(type, label, value) {
  return /** @type {HTMLInputElement} */ (h('input', { class: 'field', type, 'aria-label': label, title: label, value }));
}

function sockets() {
  const drop = (/** @type {string} */ how) => () => void act({ type: 'drop_sockets', how });
  return part(
    'Sockets of the app',
    h(
      'div',
      { class: 'fault-buttons' },
      button('Warn', drop('warning')),
      button('Ask to reconnect', drop('refresh_requested')),
      button('Cut', drop('cut'), 'danger'),
    ),
  );
}

/** @param {number} offset */
function clockPart(offset) {
  const move = (/** @type {number} */ minutes) => async () => {
    const answer = await act({ type: 'advance_clock', ms: minutes * 60_000 });
    if (answer.ok) snap().clock.offsetMs += minutes * 60_000;
    changed();
    toast(
      answer.ok ? `The workspace's clock is ${minutes} minutes later.` : (answer.message ?? 'The clock did not move.'),
      answer.ok ? 'info' : 'error',
    );
  };
  const now = offset ? `Ahead by ${Math.round(offset / 60_000)} min` : 'As everywhere';
  return part(
    'Clock',
    h('p', { class: 'hint' }, now),
    h(
      'div',
      { class: 'fault-buttons' },
      [5, 15, 60].map((minutes) => button(`+${minutes} min`, () => void move(minutes)())),
    ),
  );
}
