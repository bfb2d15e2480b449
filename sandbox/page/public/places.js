// @ts-check
/** Connects blocks to the workspace: the same element acts on a message or on a view. */
import { toast } from './popover.js';
import { act, changed, store, troubleKey } from './store.js';

/** @typedef {import('./blocks.js').Place} Place */
/** @typedef {import('./blocks.js').Use} Use */

/** @param {import('./store.js').Message} message @returns {Place} */
export function messagePlace(message) {
  const { channel, ts } = message;
  return {
    kind: 'message',
    scope: `m ${channel} ${ts}`,
    ts,
    errors: {},
    state: () => undefined,
    action: async (use) => {
      const answer = await act({ type: 'action', channel, ts, threadTs: message.threadTs, ...use });
      if (answer.ok) return;
      store.buttonTrouble.set(troubleKey(ts, use.actionId), answer.message ?? 'The app did not answer.');
      toast(answer.message ?? answer.error ?? 'That did not work.');
      changed();
    },
    input: () => {},
    suggest: (blockId, actionId, query) => act({ type: 'suggest', channel, ts, blockId, actionId, query }),
  };
}

const TYPING_MS = 250;
/** @type {Map<string, { timer: ReturnType<typeof setTimeout>, send: () => void }>} */
const typing = new Map();

/** @param {import('./store.js').View} view @returns {Place} */
export function viewPlace(view) {
  return {
    kind: 'view',
    scope: `v ${view.id}`,
    errors: view.errors ?? {},
    state: (blockId, actionId) => view.values?.[blockId]?.[actionId],
    action: async (use) => {
      cancelTyping(view.id, use);
      const answer = await act({ type: 'view_action', viewId: view.id, ...use });
      if (!answer.ok) toast(answer.message ?? answer.error ?? 'That did not work.');
    },
    input: (use) => sendSoon(view.id, use),
    suggest: (blockId, actionId, query) => act({ type: 'suggest', viewId: view.id, blockId, actionId, query }),
  };
}

/** @param {string} viewId @param {Use} use */
function nameOf(viewId, use) {
  return JSON.stringify([viewId, use.blockId, use.actionId]);
}

/** @param {string} viewId @param {Use} use */
function cancelTyping(viewId, use) {
  const name = nameOf(viewId, use);
  clearTimeout(typing.get(name)?.timer);
  typing.delete(name);
}

/** The workspace learns of typing after a short rest, not per letter. @param {string} viewId @param {Use} use */
function sendSoon(viewId, use) {
  cancelTyping(viewId, use);
  const name = nameOf(viewId, use);
  const send = () => {
    typing.delete(name);
    void act({ type: 'view_input', viewId, ...use });
  };
  typing.set(name, { timer: setTimeout(send, TYPING_MS), send });
}

/** A submission carries all values itself; what waits must not arrive after it. @param {string} viewId */
export function dropTyping(viewId) {
  for (const [name, { timer }] of typing) {
    if (JSON.parse(name)[0] !== viewId) continue;
    clearTimeout(timer);
    typing.delete(name);
  }
}
