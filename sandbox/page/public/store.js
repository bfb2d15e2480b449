// @ts-check
/**
 * What this person may see, kept current. The stream is opened before the snapshot is asked for, and changes that arrive meanwhile
 * wait: nothing can fall between the two.
 */

/**
 * @typedef {import('../../slack/client-api.ts').Snapshot} Snapshot
 * @typedef {import('../../slack/client-api.ts').Change} Change
 * @typedef {import('../../slack/client-api.ts').Person} Person
 * @typedef {import('../../slack/client-api.ts').Channel} Channel
 * @typedef {import('../../slack/client-api.ts').Message} Message
 * @typedef {import('../../slack/client-api.ts').View} View
 * @typedef {import('../../slack/client-api.ts').LogEntry} LogEntry
 * @typedef {import('../../slack/client-api.ts').Act} Act
 * @typedef {Extract<Change, { type: 'trouble' }>} Trouble
 * @typedef {'connecting' | 'live' | 'lost'} Online
 */

/** @type {{ snapshot: Snapshot | null, log: LogEntry[], online: Online, dismissed: Set<string>, buttonTrouble: Map<string, string> }} */
export const store = { snapshot: null, log: [], online: 'connecting', dismissed: new Set(), buttonTrouble: new Map() };

const MAX_LOG = 1000;
/** @type {Set<(change?: Change) => void>} */
const listeners = new Set();
/** @type {EventSource | undefined} */
let stream;
/** @type {Change[] | undefined} */
let waiting;
/** Each call of follow() gets its own number, so that an answer meant for the person before is dropped. */
let generation = 0;
/** Ids no snapshot explained, each asked for once. @type {Set<string>} */
const strangers = new Set();

/** @param {(change?: Change) => void} listener */
export function subscribe(listener) {
  listeners.add(listener);
}

/** @param {Change} [change] */
export function changed(change) {
  for (const listener of listeners) listener(change);
}

/** Follows the workspace as this person. @param {string} as */
export async function follow(as) {
  generation += 1;
  stream?.close();
  store.buttonTrouble.clear();
  openStream(as);
  await load(as);
}

/** @param {string} as */
function openStream(as) {
  const source = new EventSource(`/client/stream?as=${encodeURIComponent(as)}`);
  let lost = false;
  source.addEventListener('change', (event) => receive(JSON.parse(event.data)));
  source.addEventListener('open', () => {
    setOnline('live');
    // The browser resumes by itself; what the server no longer remembers is fetched whole.
    if (lost) void load(as).catch(() => setOnline('lost'));
    lost = false;
  });
  source.addEventListener('error', () => {
    lost = true;
    setOnline('lost');
    if (source.readyState === EventSource.CLOSED && stream === source) setTimeout(() => stream === source && openStream(as), 1000);
  });
  stream = source;
}

/** @param {Online} online */
function setOnline(online) {
  if (store.online === online) return;
  store.online = online;
  changed();
}

/** @param {string} as */
async function load(as) {
  const mine = generation;
  waiting = waiting ?? [];
  const [snapshot, log] = await Promise.all([get(`/client/snapshot?as=${encodeURIComponent(as)}`), get('/client/log?after=0')]);
  if (mine !== generation) return;
  store.snapshot = snapshot;
  store.log = log.entries.slice(-MAX_LOG);
  const missed = waiting ?? [];
  waiting = undefined;
  for (const change of missed) if (change.seq > snapshot.seq) apply(change);
  changed();
}

/** @param {string} path */
export async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** @param {Change} change */
function receive(change) {
  if (waiting || !store.snapshot) {
    waiting = [...(waiting ?? []), change];
    return;
  }
  if (change.seq && change.seq <= store.snapshot.seq) return;
  apply(change);
  changed(change);
  if (namesStranger(change)) void load(store.snapshot.as).catch(() => setOnline('lost'));
}

/** Somebody joined the workspace after our snapshot: people come with a new one. @param {Change} change */
function namesStranger(change) {
  const ids = change.type === 'message' ? [change.message.user] : change.type === 'channel' ? change.channel.members : [];
  return ids.some((id) => id !== '' && !strangers.has(id) && !person(id) && strangers.add(id));
}

/** @param {Change} change */
function apply(change) {
  const snapshot = /** @type {Snapshot} */ (store.snapshot);
  snapshot.seq = Math.max(snapshot.seq, change.seq ?? 0);
  if (change.type === 'channel') put(snapshot.channels, change.channel, (channel) => channel.id);
  else if (change.type === 'message') applyMessage(snapshot, change.message);
  else if (change.type === 'message_deleted') removeMessage(snapshot, change.channel, change.ts);
  else if (change.type === 'modals') snapshot.modals = change.modals;
  else if (change.type === 'home') snapshot.home = change.home;
  else if (change.type === 'app') snapshot.app = change.app;
  else if (change.type === 'notice') snapshot.notice = change.notice;
  else if (change.type === 'faults') snapshot.faults = change.faults;
  else if (change.type === 'log') addLog(change.entry);
  else if (change.type === 'trouble' && change.where === 'button')
    store.buttonTrouble.set(troubleKey(change.ts, change.actionId), change.text);
}

/** @param {string | undefined} ts @param {string | undefined} actionId */
export function troubleKey(ts, actionId) {
  return `${ts ?? ''} ${actionId ?? ''}`;
}

/** @param {LogEntry} entry */
function addLog(entry) {
  put(store.log, entry, (line) => String(line.id));
  if (store.log.length > MAX_LOG) store.log.splice(0, store.log.length - MAX_LOG);
}

/** @template T @param {T[]} list @param {T} item @param {(item: T) => string} key */
function put(list, item, key) {
  const index = list.findLastIndex((other) => key(other) === key(item));
  if (index < 0) list.push(item);
  else list[index] = item;
}

/** @param {Snapshot} snapshot @param {Message} message */
function applyMessage(snapshot, message) {
  if (message.ephemeralFor && message.ephemeralFor !== snapshot.as) return;
  const list = (snapshot.messages[message.channel] ??= []);
  put(list, message, (other) => other.ts);
  list.sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
}

/** @param {Snapshot} snapshot @param {string} channel @param {string} ts */
function removeMessage(snapshot, channel, ts) {
  const list = snapshot.messages[channel];
  if (list) snapshot.messages[channel] = list.filter((message) => message.ts !== ts);
}

/** @typedef {Act extends infer A ? A extends { as: string } ? Omit<A, 'as'> : never : never} Deed */

/**
 * Acts for the person the page is open as. Never throws: an unreachable workspace is an answer too.
 * @param {Record<string, unknown> & { type: Act['type'] }} deed
 * @returns {Promise<{ ok: boolean, error?: string, message?: string } & Record<string, any>>}
 */
export async function act(deed) {
  const body = JSON.stringify({ ...deed, as: store.snapshot?.as });
  try {
    const response = await fetch('/client/act', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return await response.json();
  } catch {
    return { ok: false, error: 'unreachable', message: 'The workspace does not answer. Is it still running?' };
  }
}

/** @returns {Snapshot} */
export function snap() {
  if (!store.snapshot) throw new Error('no snapshot yet');
  return store.snapshot;
}

export function me() {
  return person(snap().as);
}

/** @param {string} id @returns {Person | undefined} */
export function person(id) {
  return store.snapshot?.people.find((one) => one.id === id);
}

/** @param {string | undefined} id @returns {Channel | undefined} */
export function channel(id) {
  return store.snapshot?.channels.find((one) => one.id === id);
}

/** What a channel is called by this person: a direct message has the other's name. @param {Channel} one */
export function channelLabel(one) {
  return one.kind === 'im' ? (person(one.peer ?? '')?.realName ?? one.name) : one.name;
}

/** @returns {import('./dates.js').Viewer} */
export function viewer() {
  const tz = me()?.tz || Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { tz, now: Date.now() + (store.snapshot?.clock.offsetMs ?? 0) };
}

/** @param {string} id @returns {Message[]} */
export function messagesOf(id) {
  return (store.snapshot?.messages[id] ?? []).filter((message) => !store.dismissed.has(`${id} ${message.ts}`));
}
