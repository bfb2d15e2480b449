import type { LogEntry } from '../client-api.ts';
import type { Changes } from './changes.ts';
import { isRecord } from './json.ts';

/** The inspector's memory: every delivery to the app and every call from it. */
export interface Log {
  add(entry: Omit<LogEntry, 'id' | 'at'>): LogEntry;
  after(id: number): LogEntry[];
  clear(): void;
}

const kept = 5000;

/** Keys that carry credentials somewhere on the wire. */
const secretKeys = new Set(['token', 'authorization', 'ticket', 'client_secret']);

/** A ring of the last 5000 entries; tokens are taken out on the way in. */
export function createLog(changes: Changes, now: () => number): Log {
  let id = 0;
  let entries: LogEntry[] = [];
  return {
    add(part) {
      id += 1;
      const entry: LogEntry = { id, at: now(), ...part };
      if (part.request !== undefined) entry.request = withoutSecrets(part.request);
      if (part.response !== undefined) entry.response = withoutSecrets(part.response);
      entries.push(entry);
      if (entries.length > kept + 500) entries = entries.slice(-kept);
      changes.publish(() => ({ type: 'log', entry }));
      return entry;
    },
    after: (after) => entries.filter((entry) => entry.id > after).slice(-kept),
    clear() {
      entries = [];
    },
  };
}

/** A deep copy without tokens: what is logged must not change later, and must not leak. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\bx(?:ox[a-z]|app)-[\w-]+/g, '[token]').replace(/ticket=[\w-]+/g, 'ticket=[…]');
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isRecord(value)) return value;
  const harmless = Object.entries(value).filter(([key]) => !secretKeys.has(key.toLowerCase()));
  return Object.fromEntries(harmless.map(([key, inner]) => [key, withoutSecrets(inner)]));
}
