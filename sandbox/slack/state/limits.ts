/** Slack's rate tiers, per method (and per channel for chat.postMessage), counted by the workspace clock. */

type Tier = 'T1' | 'T2' | 'T3' | 'T4' | 'special';

const perMinute: Record<Exclude<Tier, 'special'>, number> = { T1: 1, T2: 20, T3: 50, T4: 100 };

const named = (family: string, verbs: string) => verbs.split(' ').map((verb) => `${family}.${verb}`);

const tiers: Record<Exclude<Tier, 'T3'>, readonly string[]> = {
  T1: ['apps.connections.open'],
  T2: [
    named('conversations', 'create archive unarchive rename setTopic setPurpose list'),
    named('pins', 'add remove list'),
    named('bookmarks', 'add edit remove'),
    ['users.list', 'usergroups.list', 'usergroups.users.list', 'reactions.remove'],
  ].flat(),
  T4: [
    named('views', 'open update push publish'),
    named('files', 'getUploadURLExternal completeUploadExternal'),
    ['conversations.members', 'chat.postEphemeral', 'users.info'],
  ].flat(),
  special: ['chat.getPermalink', 'auth.test', 'api.test'],
};

interface Rate {
  capacity: number;
  /** Calls that come back per millisecond. */
  refill: number;
}

function rateOf(method: string): Rate {
  if (method === 'chat.postMessage') return { capacity: 5, refill: 1 / 1000 };
  if (tiers.special.includes(method)) return { capacity: 300, refill: 300 / 60_000 };
  const tier = (['T1', 'T2', 'T4'] as const).find((name) => tiers[name].includes(method)) ?? 'T3';
  const count = perMinute[tier];
  return { capacity: tier === 'T1' ? 3 : count, refill: count / 60_000 };
}

/** Asks for one call: 0 when it may pass, else the seconds for `Retry-After`. */
export type Limiter = (method: string, channel?: string) => number;

/** Leaky buckets: "small bursts are fine, the average is not". */
export function createLimiter(now: () => number): Limiter {
  const buckets = new Map<string, { level: number; at: number }>();
  return (method, channel = '') => {
    const { capacity, refill } = rateOf(method);
    const key = method === 'chat.postMessage' ? `${method} ${channel}` : method;
    const at = now();
    const bucket = buckets.get(key) ?? { level: capacity, at };
    const level = Math.min(capacity, bucket.level + (at - bucket.at) * refill);
    const passes = level >= 1;
    buckets.set(key, { level: passes ? level - 1 : level, at });
    return passes ? 0 : Math.max(1, Math.ceil((1 - level) / refill / 1000));
  };
}
