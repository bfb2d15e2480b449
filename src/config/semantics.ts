// What no single field can know: whether the parts of the file fit each other.
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
export function contradictions({ plans, services, policies }: Configuration, report: Report): void {
  for (const { id, steps } of plans) {
    for (const step of steps.filter(({ kind }) => kind === 'database')) {
      const environment = services
        .find((service) => service.id === step.service)
        ?.environments.find((each) => each.id === step.environment);
      if (environment === undefined || policies.some((policy) => isForData(policy, environment.class))) continue;
      const message = `changes data in its step ${step.id}, but no policy says which group of database people approves that`;
      const example = "policies: [{ match: { kind: [database] }, approvals: 1, roles: [], groups: ['@dba'], owners: false }]";
      report(['plans', id], message, `Add one, for example ${example}.`);
      break;
    }
  }
}

/** A requirement for database steps that only a named group can meet. */
const isForData = ({ match: { environment, kind, severity }, groups, roles, owners }: PolicyRule, environmentClass: string): boolean =>
  kind?.includes('database') === true &&
  severity === undefined &&
  (environment ?? environmentClass) === environmentClass &&
  groups.length > 0 &&
  roles.length === 0 &&
  !owners;

/** Warnings: the file works, and somebody will be surprised later. */
export function remarks(configuration: Configuration, written: unknown, warn: Report): void {
  const { services, severities, audiences, policies } = configuration;
  if (services.length === 0) warn(['services'], 'names no service, so nothing can be rolled back', 'See examples/warroom.yml.');

  for (const service of services) {
    for (const { id } of service.environments.filter(({ verify }) => verify.length === 0)) {
      const path = ['services', service.id, 'environments', id];
      warn(path, 'has no verification, so a rollback there always ends as inconclusive', 'Add verify with at least one query.');
    }
  }

  for (const [index, { escalateAfterMs, approveWithinMs }] of policies.entries()) {
    if (escalateAfterMs === undefined || escalateAfterMs < approveWithinMs) continue;
    const message = 'expires before its escalateAfter, so nobody is called when approvals do not come';
    warn(['policies', index], message, 'Write an escalateAfter shorter than approveWithin, or none.');
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
