// What no single field can know: whether the parts of the file fit each other.
import { environmentClasses, severityIds } from './defaults.ts';
import type { z } from 'zod';
import type { Path } from './located.ts';
import { suggestFrom } from './near-miss.ts';
import { at, list, record } from './raw.ts';
import type { Configuration, PolicyRule } from './schema.ts';
import { verificationRules } from './verification-rules.ts';
import { isLoopback, isPrivate } from './words.ts';

/** What this build knows beyond the file: its providers by what they can do, and how to try a template. */
export type Known = {
  readonly code: readonly string[];
  readonly verify: readonly string[];
  /** Those of `verify` that can say how it was earlier. */
  readonly looksBack?: readonly string[];
  /** What a provider must know about the thing it changes, by provider: a plan's step says it under `target`. */
  readonly targets?: ReadonlyMap<string, z.ZodType>;
  /** The settings of providers whose section under `providers` is not described here but by themselves. */
  readonly sections?: ReadonlyMap<string, z.ZodType>;
  /** What is wrong with an update's template, or nothing. */
  readonly auditTemplate?: (template: string) => string | undefined;
};

export type Report = (path: Path, message: string, suggestion: string) => void;

/** Read from the raw values, so that these errors are found together with those of the schema and not after them. */
export function crossCheck(root: unknown, known: Known, report: Report): void {
  verificationRules(root, known, report);
  const configured = Object.keys(record(at(root, ['providers'])));
  for (const { path, name, kind } of providerUses(root)) {
    if (!known[kind].includes(name)) report(path, 'is not a provider for this', suggestFrom(name, known[kind]));
    else if (!configured.includes(name)) report(path, 'is not configured', `Add ${name} with its settings under providers.`);
  }

  const github = at(root, ['providers', 'github-actions', 'apiUrl']);
  if (typeof github === 'string' && github.startsWith('http:') && !isLoopback(github)) {
    report(['providers', 'github-actions', 'apiUrl'], 'would send the token unencrypted', 'Write https:// instead of http://.');
  }
  const { url, allowPrivate } = record(at(root, ['providers', 'prometheus']));
  if (typeof url === 'string' && isPrivate(url) && allowPrivate !== true) {
    report(['providers', 'prometheus', 'url'], 'is an address of the private network', 'If you mean it, add allowPrivate: true beside it.');
  }
  for (const [audience, template] of Object.entries(record(at(root, ['templates'])))) {
    const wrong = typeof template === 'string' ? known.auditTemplate?.(template) : undefined;
    if (wrong)
      report(['templates', audience], wrong, 'Leave it out to use the built-in one, or see docs/configuration.md for what it may say.');
  }
}

type ProviderKind = 'code' | 'verify';

type ProviderUse = { path: Path; name: string; kind: ProviderKind };

function providerUses(root: unknown): ProviderUse[] {
  return [...usesOfServices(root), ...usesOfPlans(root)];
}

function usesOfPlans(root: unknown): ProviderUse[] {
  return Object.entries(record(at(root, ['plans']))).flatMap(([plan, fields]) => {
    const path = ['plans', plan];
    return [
      ...list(at(fields, ['steps'])).flatMap((step, index) => [
        ...use([...path, 'steps', index, 'provider'], at(step, ['provider']), 'code'),
        ...use([...path, 'steps', index, 'gate', 'metric', 'provider'], at(step, ['gate', 'metric', 'provider']), 'verify'),
      ]),
      ...list(at(fields, ['verify'])).flatMap((gate, index) =>
        use([...path, 'verify', index, 'provider'], at(gate, ['provider']), 'verify'),
      ),
    ];
  });
}

function usesOfServices(root: unknown): ProviderUse[] {
  return Object.entries(record(at(root, ['services']))).flatMap(([service, settings]) =>
    Object.entries(record(at(settings, ['environments']))).flatMap(([environment, fields]) => {
      const path = ['services', service, 'environments', environment];
      const { code, verify, peakHours } = record(fields);
      return [
        use([...path, 'code', 'provider'], at(code, ['provider']), 'code'),
        use([...path, 'peakHours', 'load', 'provider'], at(peakHours, ['load', 'provider']), 'verify'),
        ...list(verify).flatMap((gate, index) => use([...path, 'verify', index, 'provider'], at(gate, ['provider']), 'verify')),
      ].flat();
    }),
  );
}

function use(path: Path, name: unknown, kind: ProviderKind): ProviderUse[] {
  return typeof name === 'string' ? [{ path, name, kind }] : [];
}

/** Errors that only a well-formed file can have. */
export function contradictions({ policies }: Configuration, report: Report): void {
  for (const environment of environmentClasses) {
    for (const severity of severityIds) {
      const matching = policies.filter(
        ({ match }) => (match.environment ?? environment) === environment && (match.severity ?? [severity]).includes(severity),
      );
      if (matching.length < 2 || canBeMet(matching)) continue;
      const message = `that match ${environment} ${severity} leave nobody who may approve: all of them apply, and the strictest wins`;
      report(['policies'], message, 'Give them a role or group in common, or let only one of them match.');
      return;
    }
  }
}

/** The same sum the domain makes: the most approvals, from those whom every policy allows. */
function canBeMet(rules: readonly PolicyRule[]): boolean {
  const sharedBy = (pick: (rule: PolicyRule) => readonly string[]) =>
    rules.map(pick).reduce((shared, next) => shared.filter((item) => next.includes(item)));
  const people = sharedBy(({ roles }) => roles).length;
  const unlimited = rules.every(({ owners }) => owners) || sharedBy(({ groups }) => groups).length > 0;
  return unlimited || people >= Math.max(...rules.map(({ approvals }) => approvals));
}

/** Warnings: the file works, and somebody will be surprised later. */
export function remarks(configuration: Configuration, written: unknown, warn: Report): void {
  const { services, severities, audiences } = configuration;
  if (services.length === 0) warn(['services'], 'names no service, so nothing can be rolled back', 'See examples/warroom.yml.');

  for (const service of services) {
    for (const { id } of service.environments.filter(({ verify }) => verify.length === 0)) {
      const path = ['services', service.id, 'environments', id];
      warn(path, 'has no verification, so a rollback there always ends as inconclusive', 'Add verify with at least one query.');
    }
  }

  const silent = audiences.external.channels.length === 0;
  for (const { id } of Object.values(severities).filter(({ publishExternal }) => silent && publishExternal === 'automatic')) {
    warn(['severities', id, 'publishExternal'], 'is automatic, but no external channel is configured', 'Add audiences.external.channels.');
  }

  for (const [name, settings] of Object.entries(record(at(written, ['providers'])))) {
    const token = at(settings, ['token']);
    if (typeof token !== 'string' || token.startsWith('${')) continue;
    warn(['providers', name, 'token'], 'is a secret written into the file', 'Write ${NAME} and set that variable, or NAME_FILE.');
  }
}
