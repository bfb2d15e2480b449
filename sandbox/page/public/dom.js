// @ts-check
/** The only way this page makes elements: text goes in as text, never as markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, unknown>} Props */

/**
 * h('button', { class: 'x', onclick: fn, 'aria-label': 'Close' }, 'text', node)
 * @param {string} tag
 * @param {Props} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  append(element, children);
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {unknown} value */
function setProp(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith('on') && typeof value === 'function') {
    element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  } else if (name === 'vars') {
    // Custom properties are set through the object model, which the content policy allows; style attributes it would refuse.
    for (const [key, text] of Object.entries(/** @type {Record<string, string>} */ (value))) element.style.setProperty(key, text);
  } else if (name === 'value' && 'value' in element) {
    /** @type {HTMLInputElement} */ (element).value = String(value);
  } else {
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** @param {Element | DocumentFragment} parent @param {(Child | Child[])[]} children */
export function append(parent, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false || child === '') continue;
    parent.append(child instanceof Node ? child : String(child));
  }
}

/** @param {Element} parent @param {...(Child | Child[])} children */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
  return parent;
}

/** @typedef {{ key: string, sig: string, build: () => HTMLElement }} Keyed */
/** @type {WeakMap<Element, string>} */
const signatures = new WeakMap();

/**
 * Makes `parent`'s children equal `items`: what did not change keeps its node, and with it focus, scroll and open menus.
 * @param {Element} parent @param {Keyed[]} items
 */
export function patch(parent, items) {
  /** @type {Map<string, HTMLElement>} */
  const old = new Map();
  for (const child of parent.children) old.set(/** @type {HTMLElement} */ (child).dataset.key ?? '', /** @type {HTMLElement} */ (child));
  /** @type {Element | null} */
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const before = old.get(item.key);
    old.delete(item.key);
    if (before && signatures.get(before) === item.sig) {
      if (before === cursor) cursor = cursor.nextElementSibling;
      else parent.insertBefore(before, cursor);
      continue;
    }
    const node = item.build();
    node.dataset.key = item.key;
    signatures.set(node, item.sig);
    if (!before) parent.insertBefore(node, cursor);
    else {
      if (before === cursor) cursor = cursor.nextElementSibling;
      replaceKeepingFocus(before, node);
      if (node.nextElementSibling !== cursor) parent.insertBefore(node, cursor);
    }
  }
  for (const gone of old.values()) gone.remove();
}

/** @param {HTMLElement} before @param {HTMLElement} after */
function replaceKeepingFocus(before, after) {
  const focus = before.contains(document.activeElement) ? focusPath(document.activeElement) : undefined;
  before.replaceWith(after);
  if (!focus) return;
  const again = focus.selector && after.querySelector(focus.selector);
  if (again instanceof HTMLElement) {
    again.focus({ preventScroll: true });
    if (focus.at !== null && (again instanceof HTMLTextAreaElement || again instanceof HTMLInputElement)) restoreCaret(again, focus.at);
  }
}

/** @param {Element | null} element */
function focusPath(element) {
  if (!(element instanceof HTMLElement)) return undefined;
  const { blockId, actionId, focusId } = element.dataset;
  const at =
    element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type === 'text')
      ? element.selectionStart
      : null;
  if (focusId) return { selector: `[data-focus-id="${CSS.escape(focusId)}"]`, at };
  if (!actionId) return undefined;
  return { selector: `[data-block-id="${CSS.escape(blockId ?? '')}"][data-action-id="${CSS.escape(actionId)}"]`, at };
}

/** @param {HTMLInputElement | HTMLTextAreaElement} field @param {number} at */
function restoreCaret(field, at) {
  if (field.type === 'text' || field instanceof HTMLTextAreaElement) field.setSelectionRange(at, at);
}

/** @param {string} id */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`#${id} is missing from the page`);
  return element;
}

/** @type {Record<string, string>} */
const paths = {
  hash: 'M6 2 4.5 14M11.5 2 10 14M2.5 5.5h11.5M2 10.5h11.5',
  lock: 'M4 7h8v6.5H4zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'm3.5 3.5 9 9m0-9-9 9',
  bolt: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  send: 'M2 2.5 14.5 8 2 13.5l2-5.5zM4 8h5',
  smile: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M5.5 9.5a2.8 2.8 0 0 0 5 0M6 6v.6M10 6v.6',
  reply: 'M2 3h12v8H7.5L4.5 14v-3H2z',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  pin: 'M6 2h4l-.5 4 2.5 2.5H4L6.500 6zM8 8.500V14',
  back: 'M10 3 5 8l5 5',
  down: 'm4 6 4 4 4-4',
  home: 'M2.500 7 8 2.500 13.500 7v6.500h-4V9.500h-3v4h-4z',
  pulse: 'M1.500 8.500h3l2-5.500 3 10 2-4.500h3',
  eye: 'M1.500 8s2.500-4.500 6.500-4.500S14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4',
  link: 'M6.500 9.500 9.500 6.500M7 4.500l1.500-1.500a3 3 0 0 1 4.500 4.500L11.500 9M9 11.500l-1.500 1.500A3 3 0 0 1 3 8.500L4.500 7',
  warn: 'M8 2 14.500 13.500h-13zM8 6.500v3.500M8 12v.1',
  check: 'm3 8.500 3.500 3.500L13 4.500',
  plus: 'M8 3v10M3 8h10',
  people:
    'M6 7.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5M1.500 13.500a4.500 4.500 0 0 1 9 0M11 2.800a2.500 2.500 0 0 1 0 4.400M12.500 9.600a4.500 4.500 0 0 1 2 3.900',
  trash: 'M3 4.500h10M6 4.500V2.500h4v2M4.500 4.500l.5 9h6l.5-9',
  edit: 'M3 13l.5-3L11 2.500 13.500 5 6 12.500z',
};

/** @param {string} name @param {string} [label] */
export function icon(name, label) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon icon-${name}`);
  if (label) svg.setAttribute('aria-label', label);
  else svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(ns, 'path');
  path.setAttribute('d', paths[name] ?? '');
  svg.append(path);
  return svg;
}

/** @param {string} name @param {string} label @param {(event: MouseEvent) => void} onclick @param {Props} [props] */
export function iconButton(name, label, onclick, props = {}) {
  return h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...props }, icon(name));
}
