// @ts-check
/** Block Kit to nodes: one small function per block. What we do not know is shown as it came, never dropped. */
import { append, h } from './dom.js';
import { element } from './elements.js';
import { markdown } from './markdown.js';
import { safeUrl } from './mrkdwn.js';
import { richText, tableBlock } from './rich-text.js';
import { textObject, words } from './text.js';

/**
 * Where a block stands and what happens when it is used.
 * @typedef {object} Place
 * @property {'message' | 'view'} kind
 * @property {string} scope names the message or view, for what was chosen but not yet sent
 * @property {(blockId: string, actionId: string) => unknown} state the view.state value, if any
 * @property {Record<string, string>} errors
 * @property {(use: Use) => Promise<void>} action an element was used
 * @property {(use: Use) => void} input a value changed without a delivery
 * @property {(blockId: string, actionId: string, query: string) => Promise<any>} suggest
 * @property {string} [ts]
 *
 * @typedef {{ blockId: string, actionId: string, value: unknown }} Use
 * @typedef {Record<string, any>} Block
 */

/** @param {unknown[]} blocks @param {Place} place @returns {HTMLElement[]} */
export function renderBlocks(blocks, place) {
  return blocks.map((block, index) => renderBlock(/** @type {Block} */ (block), place, index));
}

/** @type {Record<string, (block: Block, place: Place, blockId: string) => Node>} */
const renderers = {
  header: (block) => h('h3', { class: 'b-header' }, textObject(block.text)),
  divider: () => h('hr', { class: 'b-divider' }),
  section,
  context: (block) => h('div', { class: 'b-context' }, (block.elements ?? []).map(contextElement)),
  image: (block) => image(block),
  actions: (block, place, blockId) =>
    h(
      'div',
      { class: 'b-actions' },
      block.elements.map((/** @type {Block} */ one) => element(one, place, blockId)),
    ),
  input,
  rich_text: (block) => h('div', { class: 'b-rich' }, richText(block.elements ?? [])),
  markdown: (block) => h('div', { class: 'b-markdown' }, markdown(String(block.text ?? ''))),
  table: (block) => tableBlock(block),
};

/** @param {Block} block @param {Place} place @param {number} index */
function renderBlock(block, place, index) {
  const blockId = String(block?.block_id ?? `b${index}`);
  const holder = h('div', { class: 'block', 'data-block': block?.type, 'data-block-id': blockId });
  append(holder, [attempt(block, place, blockId)]);
  return holder;
}

/** A block that cannot be drawn must not take the room down with it. @param {Block} block @param {Place} place @param {string} blockId */
function attempt(block, place, blockId) {
  const draw = Object.hasOwn(renderers, block?.type) ? renderers[block.type] : undefined;
  try {
    return draw ? draw(block, place, blockId) : jsonCard(block, `Unknown block: ${block?.type}`);
  } catch {
    return jsonCard(block, `This ${block?.type} block could not be drawn`);
  }
}

/** @param {unknown} value @param {string} title */
export function jsonCard(value, title) {
  return h(
    'details',
    { class: 'json-card', open: true },
    h('summary', {}, title),
    h('pre', { tabindex: '0' }, JSON.stringify(value, null, 2) ?? ''),
  );
}

/** @param {Block} block @param {Place} place @param {string} blockId */
function section(block, place, blockId) {
  const body = h('div', { class: 'section-body' });
  if (block.text) body.append(h('div', { class: 'text' }, textObject(block.text)));
  if (block.fields)
    body.append(
      h(
        'div',
        { class: 'fields' },
        block.fields.map((/** @type {unknown} */ one) => h('div', { class: 'text cell' }, textObject(one))),
      ),
    );
  const accessory =
    block.accessory && h('div', { class: `accessory accessory-${block.accessory.type}` }, element(block.accessory, place, blockId));
  return h('div', { class: 'b-section' }, body, accessory);
}

/** @param {Block} one */
function contextElement(one) {
  return one.type === 'image' ? picture(one, 'context-image') : h('span', { class: 'text' }, textObject(one));
}

/** @param {Block} block */
function image(block) {
  const caption = block.title && h('figcaption', {}, textObject(block.title));
  return h('figure', { class: 'b-image' }, caption, picture(block, 'image'));
}

/** @param {Block} block @param {string} style */
export function picture(block, style) {
  const url = safeUrl(String(block.image_url ?? block.slack_file?.url ?? ''));
  const alt = String(block.alt_text ?? '');
  const missing = () => h('span', { class: `${style} no-image` }, alt || 'Image');
  if (!/^https?:/i.test(url)) return missing();
  const node = h('img', { class: style, src: url, alt, loading: 'lazy', referrerpolicy: 'no-referrer' });
  node.addEventListener('error', () => node.replaceWith(missing()));
  return node;
}

let serial = 0;

/** @param {Block} block @param {Place} place @param {string} blockId */
function input(block, place, blockId) {
  serial += 1;
  const ids = { label: `label-${serial}`, help: `help-${serial}`, field: `field-${serial}` };
  const error = place.errors[blockId];
  const control = element(
    { ...block.element, in_input: true, dispatch: block.dispatch_action === true },
    place,
    blockId,
    ids,
    error !== undefined,
  );
  const optional = block.optional ? h('span', { class: 'optional' }, ' (optional)') : null;
  const single = control.matches('input, textarea, button') || control.querySelectorAll('input, textarea').length === 0;
  const label = h(
    single ? 'label' : 'span',
    { class: 'label', id: ids.label, for: single ? ids.field : undefined },
    textObject(block.label),
    optional,
  );
  const hint = block.hint && h('p', { class: 'hint' }, textObject(block.hint));
  const problem = error !== undefined && h('p', { class: 'field-error', role: 'alert' }, words(error));
  return h(
    'div',
    { class: `b-input ${error === undefined ? '' : 'has-error'}` },
    label,
    control,
    h('div', { id: ids.help }, problem, hint),
  );
}
