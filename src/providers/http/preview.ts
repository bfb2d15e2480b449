// What would change, and whether the value asked for makes sense. Reads only.
import { canonical, digestOf } from '../../lib/canonical.ts';
import type { Order, Preview } from '../../ports.ts';
import type { Calls } from './calls.ts';
import { differences, kindOf, labelOf, parseJson, type Json } from './json.ts';
import type { Target } from './schema.ts';

type Version = Order['to'];
type Check = Preview['checks'][number];

/** A value as a version. Whether it was any good nobody knows: verification measures. */
export const versionOf = (value: Json): Version => ({ id: canonical(value), label: labelOf(value), health: 'unknown' });

/** The value now, the value asked for, and what lies between them. */
export async function preview(calls: Calls, target: Target, to: string | undefined): Promise<Preview> {
  const now = await calls.read();
  const wanted = to === undefined ? undefined : meant(to, now);
  const [current, version] = [versionOf(now), wanted === undefined ? undefined : versionOf(wanted)];
  const isChange = wanted !== undefined && version?.id !== current.id;
  return {
    current,
    candidates: [], // a service tells what a value is, not what it was
    lastKnownGood: version,
    target: version,
    change: isChange ? { summary: `${target.name}: ${differences(now, wanted)}`, commits: [] } : undefined,
    checks: wanted === undefined ? [missing(target, to)] : checksOf(target, now, wanted),
    fingerprint: digest(target, { from: current.id, live: current.id, to: version?.id }),
    estimateSeconds: 1,
  };
}

/** The digest of the value as of now, the two versions of the plan, and where they are read and written. */
export async function fingerprint(calls: Calls, target: Target, { from, to }: { from: Version; to: Version }): Promise<string> {
  const live = versionOf(await calls.read());
  return digest(target, { from: from.id, live: live.id, to: to.id });
}

const digest = (target: Target, seen: { from: string; live: string; to: string | undefined }): string => digestOf({ ...seen, target });

/** The value a person means: JSON; where a text is now, a text needs no quotes. */
function meant(to: string, now: Json): Json | undefined {
  if (to === 'previous') return undefined; // asks for history; the text itself is written "previous"
  const parsed = parseJson(to);
  return typeof now === 'string' && typeof parsed !== 'string' ? to : parsed;
}

function missing({ name }: Target, to: string | undefined): Check {
  if (to === undefined || to === 'previous') return block('target_unnamed', `${name} has no history here; name the value it shall have.`);
  return block('target_not_json', `${name} needs a JSON value, for example false, 50 or {"a":1}; ${labelOf(to)} is none.`);
}

function checksOf({ name }: Target, now: Json, wanted: Json): Check[] {
  if (canonical(now) === canonical(wanted))
    return [block('target_is_current', `${name} is ${labelOf(now)} already; there is nothing to change.`)];
  const read: Check = {
    code: 'value_read',
    level: 'pass',
    text: `${name} was read and is ${labelOf(now)}; that is what an undo restores.`,
  };
  const [is, shall] = [kindOf(now), kindOf(wanted)];
  if (is === shall) return [read];
  const text = `${name} is now of the kind ${is}, and would become ${shall}.`;
  return [read, now === null || wanted === null ? { code: 'value_kind', level: 'warn', text } : block('value_kind', text)];
}

const block = (code: string, text: string): Check => ({ code, level: 'block', text });
