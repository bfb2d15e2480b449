/** How states are said on cards. The words come first; signs only help the eye. */
import type { IncidentStatus, Role, Severity } from '../domain/words.ts';
import type { RollbackStatus } from '../domain/rollback.ts';
import type { Plan, Step, Version } from '../domain/plan.ts';
import { plain } from './text.ts';

export const statusWords: Record<IncidentStatus, string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  mitigating: 'Mitigating',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
};

/** What a status means, for those who choose one. */
export const statusMeanings: Record<IncidentStatus, string> = {
  investigating: 'we do not know the cause yet',
  identified: 'we know the cause',
  mitigating: 'we are repairing or rolling back',
  monitoring: 'it looks well, we keep watching',
  resolved: 'it is over',
};

export const severitySigns: Record<Severity, string> = { SEV1: '🔴', SEV2: '🟠', SEV3: '🟡', SEV4: '⚪' };

export const roleLetters: Record<Role, string> = { ic: 'IC', tl: 'TL', cc: 'CC' };

export const rollbackWords: Record<RollbackStatus, string> = {
  requested: 'waiting for approval',
  approved: 'approved, about to start',
  executing: 'running',
  compensating: 'undoing what was done',
  verifying: 'verifying',
  'needs human': 'waiting for your decision',
  recovered: 'recovered',
  'not recovered': 'not recovered',
  inconclusive: 'inconclusive',
  failed: 'failed',
  compensated: 'undone',
  cancelled: 'called off',
  rejected: 'rejected',
  expired: 'expired',
  drifted: 'stopped, production changed meanwhile',
  abandoned: 'given up',
};

/** Providers as people call them; any other goes by its id. */
const providerNames: Readonly<Record<string, string>> = {
  'github-actions': 'GitHub',
  http: 'the service',
  postgres: 'PostgreSQL',
  prometheus: 'Prometheus',
  slack: 'Slack',
};

/** “waiting for GitHub” */
export const providerName = (id: string): string => (Object.hasOwn(providerNames, id) ? (providerNames[id] ?? id) : id);

/** `api (production)` */
export const placeOf = ({ service, environment }: Pick<Plan, 'service' | 'environment'>, max = 40): string =>
  `${plain(service, max)} (${plain(environment, max)})`;

/** The version a plan leads to, as people call it. */
export const targetOf = (plan: Plan): string => label(mainStep(plan)?.to);

/** The version a plan leads away from. */
export const originOf = (plan: Plan): string => label(mainStep(plan)?.from);

/** How many steps a plan has, and what they are called. */
export const stepsOf = ({ steps }: Plan): { steps: number; names: string[] } => ({
  steps: steps.length,
  names: steps.map(({ id }) => id),
});

/** The step that people mean by “from v42 to v41”: the code, whatever has to be switched around it. */
export const mainStep = ({ steps }: Plan): Step | undefined => steps.find(({ kind }) => kind === 'code') ?? steps[0];

const label = (version: Version | undefined): string => (version === undefined ? 'nothing' : shortLabel(version.label));

/** A commit id is long enough with seven signs; anything else keeps its name. */
export const shortLabel = (text: string): string => (/^[0-9a-f]{40}$/.test(text) ? text.slice(0, 7) : plain(unbraced(text), 40));

/** A value made of parts, as a person writes it: “v41 100, v42 0” and not JSON. */
const unbraced = (text: string): string =>
  /^\{.*\}$/s.test(text)
    ? text
        .slice(1, -1)
        .replace(/"([^"]*)":/g, '$1 ')
        .replace(/,(?=\S)/g, ', ')
    : text;
