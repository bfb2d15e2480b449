// What one measurement cannot know of itself: what its provider can do, and where it stands.
import type { Path } from './located.ts';
import { at, list, record } from './raw.ts';

/** Which providers measure, and which of them know the past. */
type Sources = { readonly verify: readonly string[]; readonly looksBack?: readonly string[] };
type Report = (path: Path, message: string, suggestion: string) => void;
type Written = { readonly path: Path; readonly gate: unknown };

/** Errors of the measurements anywhere in the file, read from the raw values. */
export function verificationRules(root: unknown, { verify, looksBack = [] }: Sources, report: Report): void {
  for (const { path, gate } of verifications(root)) {
    const { baseline, provider } = record(gate);
    const isKnown = typeof provider === 'string' && verify.includes(provider);
    if (baseline === undefined || !isKnown || looksBack.includes(provider)) continue;
    const message = `cannot be measured by ${provider}, which knows only how it is now`;
    report([...path, 'baseline'], message, suggestion(looksBack));
  }
  nameRules(root, report);
  for (const { path, gate } of stepGates(root)) {
    const { baseline } = record(gate);
    if (baseline === undefined) continue;
    report([...path, 'baseline'], 'compares with before, while a step waits for a value', 'Write pass, and leave baseline to verify.');
  }
}

/** Readings go by the name: two gates of one name would pass on each other's looks. */
function nameRules(root: unknown, report: Report): void {
  const seen = new Set<string>();
  for (const { path, gate } of verifications(root)) {
    const { name } = record(gate);
    if (typeof name !== 'string') continue;
    const key = JSON.stringify([...path.slice(0, -1), name.trim()]);
    if (seen.has(key)) report([...path, 'name'], 'is the name of another measurement here as well', 'Give each a name of its own.');
    seen.add(key);
  }
}

const suggestion = (looksBack: readonly string[]): string =>
  looksBack.length === 0 ? 'Write pass instead.' : `Write pass instead, or measure it with ${looksBack.join(' or ')}.`;

function verifications(root: unknown): Written[] {
  const ofServices = Object.entries(record(at(root, ['services']))).flatMap(([service, settings]) =>
    Object.entries(record(at(settings, ['environments']))).flatMap(([environment, fields]) =>
      written(fields, ['services', service, 'environments', environment]),
    ),
  );
  const ofPlans = Object.entries(record(at(root, ['plans']))).flatMap(([plan, fields]) => written(fields, ['plans', plan]));
  return [...ofServices, ...ofPlans];
}

const written = (fields: unknown, path: Path): Written[] =>
  list(at(fields, ['verify'])).map((gate, index) => ({ gate, path: [...path, 'verify', index] }));

function stepGates(root: unknown): Written[] {
  return Object.entries(record(at(root, ['plans']))).flatMap(([plan, fields]) =>
    list(at(fields, ['steps'])).map((step, index) => ({
      gate: at(step, ['gate', 'metric']),
      path: ['plans', plan, 'steps', index, 'gate', 'metric'],
    })),
  );
}
