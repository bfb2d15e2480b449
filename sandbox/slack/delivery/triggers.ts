/** Trigger ids: proof that a person just did something. Good once, for three seconds. */
import type { Clock } from '../state/clock.ts';
import type { Ids } from '../state/ids.ts';
import { SlackError } from '../state/slack-error.ts';

export interface Trigger {
  user: string;
  /** Where the person was, when it was a channel. */
  channel?: string;
  /** Set when it came from inside a modal: only then may a view be pushed. */
  viewId?: string;
}

export interface Triggers {
  issue(trigger: Trigger): string;
  /** Uses it up, or throws Slack's reason. */
  exchange(id: string): Trigger;
}

const shape = /^\d+\.\d+\.[0-9a-f]+$/;
const rememberedMs = 60 * 60_000;

/** Triggers that die after `ttlMs` of workspace time. */
export function createTriggers(clock: Clock, ids: Ids, ttlMs: number): Triggers {
  const issued = new Map<string, { trigger: Trigger; expires: number; used: boolean }>();
  return {
    issue(trigger) {
      for (const [old, entry] of issued) {
        if (entry.expires + rememberedMs > clock.now()) break;
        issued.delete(old);
      }
      const id = ids.trigger();
      issued.set(id, { trigger, expires: clock.now() + ttlMs, used: false });
      return id;
    },
    exchange(id) {
      if (!shape.test(id)) throw new SlackError('invalid_trigger_id');
      const entry = issued.get(id);
      if (!entry) throw new SlackError('invalid_trigger_id');
      if (entry.used) throw new SlackError('exchanged_trigger_id');
      if (entry.expires < clock.now()) throw new SlackError('expired_trigger_id');
      entry.used = true;
      return entry.trigger;
    },
  };
}
