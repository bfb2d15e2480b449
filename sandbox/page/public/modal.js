// @ts-check
/** The stack of modals of this person. Only the top one is drawn; it is redrawn only when something other than typed values changed. */
import { renderBlocks } from './blocks.js';
import { byId, fill, h, icon, iconButton } from './dom.js';
import { dropTyping, viewPlace } from './places.js';
import { closePopover, focusFirst, trapFocus } from './popover.js';
import { act, snap } from './store.js';
import { words } from './text.js';
import { draftsOf, forget } from './values.js';

/** @typedef {import('./store.js').View} View */

/** @type {{ layer: HTMLElement | undefined, id: string, sig: string, trouble: string, busy: boolean, seenErrors: string, before: Element | null }} */
const shown = { layer: undefined, id: '', sig: '', trouble: '', busy: false, seenErrors: '{}', before: null };
/** @type {Set<string>} */
let alive = new Set();

export function renderModals() {
  const { modals } = snap();
  forgetClosed(modals);
  const top = modals.at(-1);
  if (!top) return closeLayer();
  if (top.id !== shown.id) Object.assign(shown, { trouble: '', busy: false, seenErrors: '{}' });
  const { values: _values, ...look } = top;
  const sig = JSON.stringify([look, modals.length, shown.trouble, shown.busy]);
  if (sig === shown.sig && top.id === shown.id) return;
  draw(top, modals.length, sig);
}

/** @param {View[]} modals */
function forgetClosed(modals) {
  const now = new Set(modals.map((view) => view.id));
  for (const id of alive) if (!now.has(id)) forget(`v ${id}`);
  alive = now;
}

function closeLayer() {
  if (!shown.layer) return;
  closePopover();
  shown.layer.remove();
  Object.assign(shown, { layer: undefined, id: '', sig: '' });
  if (shown.before instanceof HTMLElement && shown.before.isConnected) shown.before.focus();
}

/** @param {View} view @param {number} depth @param {string} sig */
function draw(view, depth, sig) {
  const same = view.id === shown.id;
  const focus = same ? rememberFocus() : undefined;
  const scroll = same ? (shown.layer?.querySelector('.modal-body')?.scrollTop ?? 0) : 0;
  if (!shown.layer) {
    closePopover();
    shown.before = document.activeElement;
    shown.layer = h('div', { class: 'layer modal-layer' });
    byId('overlays').prepend(shown.layer);
  }
  const errors = JSON.stringify(view.errors ?? {});
  const isNew = !shown.busy && errors !== '{}' && errors !== shown.seenErrors;
  if (!shown.busy) shown.seenErrors = errors;
  Object.assign(shown, { id: view.id, sig });
  fill(shown.layer, modalBox(view, depth));
  const box = /** @type {HTMLElement} */ (shown.layer.firstElementChild);
  const body = box.querySelector('.modal-body');
  if (body) body.scrollTop = scroll;
  if (isNew) box.querySelector('.has-error')?.scrollIntoView({ block: 'nearest' });
  if (isNew) focusFirst(/** @type {HTMLElement} */ (box.querySelector('.has-error') ?? box));
  else if (!focus?.(box)) focusFirst(box);
}

function rememberFocus() {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !shown.layer?.contains(active)) return undefined;
  const { blockId, actionId, focusId } = active.dataset;
  const caret = 'selectionStart' in active ? /** @type {HTMLInputElement} */ (active).selectionStart : null;
  const selector = actionId
    ? `[data-block-id="${CSS.escape(blockId ?? '')}"][data-action-id="${CSS.escape(actionId)}"]`
    : `[data-focus-id="${focusId}"]`;
  return (/** @type {HTMLElement} */ box) => {
    const again = box.querySelector(selector);
    if (!(again instanceof HTMLElement)) return false;
    again.focus();
    if (caret !== null && again instanceof HTMLTextAreaElement) again.setSelectionRange(caret, caret);
    else if (caret !== null && again instanceof HTMLInputElement && again.type === 'text') again.setSelectionRange(caret, caret);
    return true;
  };
}

/** @param {View} view @param {number} depth */
function modalBox(view, depth) {
  const box = h(
    'form',
    {
      class: `modal ${shown.busy ? 'busy' : ''}`,
      role: 'dialog',
      'aria-modal': 'true',
      'aria-labelledby': 'modal-title',
      'aria-busy': String(shown.busy),
      'data-testid': 'modal',
      'data-view-id': view.id,
      tabindex: '-1',
      novalidate: true,
    },
    modalHead(view, depth),
    shown.trouble && h('div', { class: 'trouble', role: 'alert', 'data-testid': 'modal-trouble' }, icon('warn'), shown.trouble),
    h('div', { class: 'modal-body' }, renderBlocks(view.blocks, viewPlace(view))),
    modalFoot(view),
  );
  trapFocus(box);
  box.addEventListener('submit', (event) => {
    event.preventDefault();
    if (view.submit) void submit(view);
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') void act({ type: 'close', viewId: view.id });
    // A newline belongs to the field; with the modifier the form is meant.
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && view.submit) void submit(view);
  });
  return box;
}

/** @param {View} view @param {number} depth */
function modalHead(view, depth) {
  const back = depth > 1 && iconButton('back', 'Back', () => void act({ type: 'close', viewId: view.id }), { 'data-focus-id': 'back' });
  const close = iconButton('close', 'Close', () => void act({ type: 'close', viewId: view.id, all: depth > 1 }), {
    'data-focus-id': 'close',
    'data-testid': 'modal-close',
  });
  return h('header', { class: 'modal-head' }, back, h('h2', { id: 'modal-title' }, h('bdi', {}, words(view.title))), close);
}

/** @param {View} view */
function modalFoot(view) {
  const cancel = h(
    'button',
    { type: 'button', class: 'button', 'data-focus-id': 'cancel', onclick: () => void act({ type: 'close', viewId: view.id }) },
    view.close ?? (view.submit ? 'Cancel' : 'Close'),
  );
  const send =
    view.submit &&
    h(
      'button',
      {
        type: 'submit',
        class: `button primary ${shown.busy ? 'busy' : ''}`,
        'data-focus-id': 'submit',
        'data-testid': 'modal-submit',
        'aria-disabled': shown.busy ? 'true' : undefined,
      },
      view.submit,
    );
  return h('footer', { class: 'modal-foot' }, cancel, send);
}

/** @param {View} view */
async function submit(view) {
  if (shown.busy) return;
  dropTyping(view.id);
  Object.assign(shown, { busy: true, trouble: '', seenErrors: '{}' });
  renderModals();
  const answer = await act({ type: 'submit', viewId: view.id, values: filled(view) });
  if (shown.id !== view.id) return;
  shown.busy = false;
  // What is missing is written at the fields.
  if (!answer.ok && answer.error !== 'required') shown.trouble = answer.message ?? 'We had some trouble connecting. Try again?';
  renderModals();
}

/** What was filled in here, of the fields the view still has. @param {View} view */
function filled(view) {
  const drafts = draftsOf(`v ${view.id}`);
  /** @type {Record<string, Record<string, unknown>>} */
  const values = {};
  for (const block of /** @type {Record<string, any>[]} */ (view.blocks)) {
    const held = drafts[block.block_id] ?? {};
    for (const one of [block.element, block.accessory, ...(block.elements ?? [])]) {
      if (one?.action_id in held) (values[block.block_id] ??= {})[one.action_id] = held[one.action_id];
    }
  }
  return values;
}

/** What Slack puts in red over a form when the app did not answer. @param {string} text */
export function modalTrouble(text) {
  if (!shown.layer) return false;
  Object.assign(shown, { trouble: text, busy: false });
  renderModals();
  return true;
}
