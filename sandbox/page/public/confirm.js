// @ts-check
/** The confirm dialog of Block Kit, and our own questions in the same dress. */
import { byId, h } from './dom.js';
import { trapFocus } from './popover.js';
import { textObject, words } from './text.js';

/**
 * @param {Record<string, any>} confirm a Block Kit confirm object
 * @returns {Promise<boolean>}
 */
export function ask(confirm) {
  const before = document.activeElement;
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ yes) => {
      layer.remove();
      if (before instanceof HTMLElement) before.focus();
      resolve(yes);
    };
    const layer = dialog(confirm, answer);
    byId('overlays').append(layer);
    layer.querySelector('button')?.focus();
  });
}

/** @param {Record<string, any>} confirm @param {(yes: boolean) => void} answer */
function dialog(confirm, answer) {
  const deny = h('button', { type: 'button', class: 'button', onclick: () => answer(false) }, words(confirm.deny) || 'Cancel');
  const style = confirm.style === 'danger' ? 'danger' : 'primary';
  const yes = h(
    'button',
    { type: 'button', class: `button ${style}`, 'data-testid': 'confirm-yes', onclick: () => answer(true) },
    words(confirm.confirm) || 'Yes',
  );
  const box = h(
    'div',
    {
      class: 'dialog',
      role: 'alertdialog',
      'aria-modal': 'true',
      'aria-labelledby': 'confirm-title',
      'aria-describedby': 'confirm-text',
      'data-testid': 'confirm',
      tabindex: '-1',
    },
    h('h2', { id: 'confirm-title' }, words(confirm.title) || 'Are you sure?'),
    h('div', { id: 'confirm-text', class: 'text' }, textObject(confirm.text)),
    h('div', { class: 'dialog-buttons' }, deny, yes),
  );
  trapFocus(box);
  const layer = h(
    'div',
    { class: 'layer confirm-layer', onclick: (/** @type {MouseEvent} */ event) => event.target === layer && answer(false) },
    box,
  );
  layer.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    answer(false);
  });
  return layer;
}
