// @ts-check
/** Things that open over the page: a popover by its button (a sheet from below on a phone), a menu in it, and a focus trap. */
import { byId, h, icon } from './dom.js';

/** @type {{ close: () => void, panel: HTMLElement, anchor: HTMLElement } | undefined} */
let open;

const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), select:not([disabled]), [tabindex="0"]';

/**
 * @param {HTMLElement} anchor @param {HTMLElement} content
 * @param {{ onclose?: () => void, label: string, wide?: boolean }} options
 */
export function popover(anchor, content, options) {
  closePopover();
  const panel = h('div', { class: `popover ${options.wide ? 'wide' : ''}`, role: 'presentation' }, content);
  const backdrop = h('div', { class: 'popover-backdrop' });
  byId('overlays').append(backdrop, panel);
  place(panel, anchor);
  anchor.setAttribute('aria-expanded', 'true');
  const close = () => {
    open = undefined;
    panel.remove();
    backdrop.remove();
    removeEventListener('pointerdown', outside, true);
    removeEventListener('keydown', leave, true);
    anchor.setAttribute('aria-expanded', 'false');
    options.onclose?.();
  };
  const outside = (/** @type {PointerEvent} */ event) => {
    if (event.target instanceof Node && !panel.contains(event.target) && !anchor.contains(event.target)) close();
  };
  // Wherever the focus is: Escape belongs to what opened last, and nothing under it may hear it.
  const leave = (/** @type {KeyboardEvent} */ event) => {
    const tabbing = event.key === 'Tab' && !panel.querySelector('.edit-box, .reaction-picker');
    if (event.key !== 'Escape' && !tabbing) return;
    event.stopPropagation();
    if (event.key === 'Escape') event.preventDefault();
    close();
    anchor.focus();
  };
  addEventListener('pointerdown', outside, true);
  addEventListener('keydown', leave, true);
  open = { close, panel, anchor };
  return close;
}

export function closePopover() {
  open?.close();
}

/** What is inside has another size now. */
export function reposition() {
  if (open) place(open.panel, open.anchor);
}

/** @param {HTMLElement} anchor */
export function isOpenFor(anchor) {
  return open?.anchor === anchor;
}

/** @param {HTMLElement} panel @param {HTMLElement} anchor */
function place(panel, anchor) {
  const box = anchor.getBoundingClientRect();
  // Measured at the left edge: further right the panel would already be squeezed.
  panel.style.setProperty('--x', '0px');
  const below = innerHeight - box.bottom - 12;
  const above = box.top - 12;
  const up = below < Math.min(panel.scrollHeight, 260) && above > below;
  const left = Math.max(8, Math.min(box.left, innerWidth - panel.offsetWidth - 8));
  panel.style.setProperty('--x', `${left}px`);
  panel.style.setProperty('--min-width', `${Math.round(box.width)}px`);
  panel.style.setProperty('--room', `${Math.round(up ? above : below)}px`);
  panel.classList.toggle('up', up);
  panel.style.setProperty('--y', up ? `${innerHeight - box.top + 4}px` : `${box.bottom + 4}px`);
}

/**
 * @typedef {{ label: string, detail?: string, icon?: string, danger?: boolean, run: () => void, data?: Record<string, string> }} MenuItem
 * @param {HTMLElement} anchor @param {string} label @param {(MenuItem | 'line' | { heading: string })[]} items
 */
export function menu(anchor, label, items) {
  if (isOpenFor(anchor)) return closePopover();
  const list = h('div', { class: 'menu', role: 'menu', 'aria-label': label });
  const close = popover(anchor, list, { label });
  for (const item of items) list.append(menuRow(item, close));
  list.addEventListener('keydown', moveInMenu);
  place(/** @type {HTMLElement} */ (list.parentElement), anchor);
  rows(list)[0]?.focus();
}

/** @param {MenuItem | 'line' | { heading: string }} item @param {() => void} close */
function menuRow(item, close) {
  if (item === 'line') return h('hr');
  if ('heading' in item) return h('div', { class: 'menu-heading', role: 'presentation' }, item.heading);
  const run = () => {
    close();
    item.run();
  };
  const detail = item.detail && h('small', {}, item.detail);
  return h(
    'button',
    { type: 'button', role: 'menuitem', tabindex: '-1', class: item.danger ? 'danger' : undefined, onclick: run, ...item.data },
    item.icon && icon(item.icon),
    h('span', {}, h('bdi', {}, item.label), detail),
  );
}

/** @param {HTMLElement} list */
function rows(list) {
  return /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role=menuitem]')]);
}

/** @param {KeyboardEvent} event */
function moveInMenu(event) {
  const all = rows(/** @type {HTMLElement} */ (event.currentTarget));
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all[to]?.focus();
}

/** Tab stays inside `box`. @param {HTMLElement} box */
export function trapFocus(box) {
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return;
    const all = /** @type {HTMLElement[]} */ ([...box.querySelectorAll(FOCUSABLE)]).filter((one) => one.offsetParent !== null);
    const [first, last] = [all[0], all.at(-1)];
    const leaving = event.shiftKey ? document.activeElement === first || document.activeElement === box : document.activeElement === last;
    if (!leaving) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  });
}

/** @param {HTMLElement} box */
export function focusFirst(box) {
  const target = box.querySelector('.b-input input, .b-input textarea, .b-input button, [autofocus]') ?? box.querySelector(FOCUSABLE);
  (target instanceof HTMLElement ? target : box).focus();
}

/** @param {string} text @param {'error' | 'info'} [kind] */
export function toast(text, kind = 'error') {
  // The same trouble can come as an answer and as a change; it is one trouble.
  if ([...byId('toasts').children].some((one) => one.firstElementChild?.nextElementSibling?.textContent === text)) return;
  const note = h('div', { class: `toast ${kind}`, 'data-testid': 'toast' }, icon(kind === 'error' ? 'warn' : 'check'), h('span', {}, text));
  note.append(h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Dismiss', onclick: () => note.remove() }, icon('close')));
  byId('toasts').append(note);
  setTimeout(() => note.remove(), kind === 'error' ? 9000 : 4000);
}
