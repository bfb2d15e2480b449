/** What one could go back to: per environment what runs, what ran before, and how that went. */
import type { KnownBlock } from '@slack/types';
import type { Version } from '../domain/plan.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { rollbackName } from '../domain/words.ts';
import type { Message } from './blocks.ts';
import { actions, button, context, header, lines, message, section } from './blocks.ts';
import { currentText, targetText } from './change.ts';
import { ids } from './ids.ts';
import { code, count, duration, line, listed } from './text.ts';
import { shortLabel } from './words.ts';

/** A version, and the rollbacks that left it. */
export interface TargetVersion {
  version: Version;
  left: readonly KnownRollback[];
}

/** What a provider knows of one environment, or why it does not answer. */
export type TargetsOf = { environment: string } & (
  | {
      current: TargetVersion | undefined;
      /** Newest first. */
      candidates: readonly TargetVersion[];
      lastKnownGood: Version | undefined;
      usual: Usual | undefined;
    }
  | { trouble: string }
);

/** How long it usually takes: from earlier rollbacks with Warroom, or as the provider estimates. */
export type Usual =
  { from: 'history'; rollbacks: number; executeMs: number; recoverMs?: number | undefined } | { from: 'provider'; executeMs: number };

/** A named plan, its steps in the order in which they run: those of one group run side by side. */
export interface TargetPlan {
  name: string;
  environment: string;
  description: string;
  groups: readonly (readonly string[])[];
}

export interface Targets {
  service: string;
  environments: readonly TargetsOf[];
  plans: readonly TargetPlan[];
  /** The open incident whose war room this is; without one nothing can be requested. */
  incidentId?: string | undefined;
  now: number;
}

const maxRows = 30;
const maxRowsAlone = 10;

/** Everything that can be gone back to, each with a button where it can be asked for. */
export function rollbackTargets(targets: Targets): Message {
  const { service, environments, plans, incidentId } = targets;
  const title = `What ${line(service, 63)} can go back to`;
  const shown = Math.max(1, Math.min(maxRowsAlone, Math.floor(maxRows / Math.max(1, environments.length))));
  const all = environments.slice(0, maxRowsAlone).map((each) => ({ each, shown }));
  return message(`${title}. ${all.map(({ each }) => summaryOf(each)).join(' ')}`, [
    header(`What ${service} can go back to`),
    ...all.flatMap((one) => environmentBlocks(one, targets)),
    ...plans.slice(0, 5).flatMap((plan) => planBlocks(plan, targets)),
    context(incidentId === undefined ? `To ask for one, do the same in a war room. ${dryRun(targets)}` : dryRun(targets)),
  ]);
}

const dryRun = ({ service }: Targets): string => `A look beforehand, with all checks: ${code(`/rollback plan ${service} to <version>`)}`;

/** For phones and notifications: one sentence for each environment. */
function summaryOf(targets: TargetsOf): string {
  const place = line(targets.environment, 63);
  if ('trouble' in targets) return `${place}: not known now.`;
  const { current, lastKnownGood } = targets;
  const now = current === undefined ? 'it is not known what runs' : `${line(shortLabel(current.version.label))} runs`;
  const good =
    lastKnownGood === undefined ? 'no other version is known to be good' : `last known good is ${line(shortLabel(lastKnownGood.label))}`;
  return `${place}: ${now}, ${good}.`;
}

function environmentBlocks({ each, shown }: { each: TargetsOf; shown: number }, targets: Targets): (KnownBlock | undefined)[] {
  const place = `*${line(each.environment, 63)}*`;
  if ('trouble' in each) return [section(lines(place, `⚠ It is not known what there is to go back to: ${line(each.trouble, 300)}`))];
  const { current, candidates, lastKnownGood, usual } = each;
  const now = current === undefined ? 'It is not known what runs there now.' : `Running now: ${currentText(current.version)}`;
  const more = candidates.length - shown;
  const isNone = candidates.length === 0;
  return [
    section(lines(place, now, current && leftText(current, targets.now), usual && usualText(usual))),
    isNone ? section('No other version was deployed here, so there is nothing to go back to.') : undefined,
    !isNone && lastKnownGood === undefined ? section('⚠ No version before is known to have worked.') : undefined,
    ...candidates.slice(0, shown).map((candidate) => candidateRow({ candidate, lastKnownGood, environment: each.environment }, targets)),
    more > 0 ? context(`and ${count(more, 'older version')}; any of them can be named after ${code('to')}`) : undefined,
  ];
}

interface Row {
  candidate: TargetVersion;
  lastKnownGood: Version | undefined;
  environment: string;
}

/** A version whose deployment failed is shown, so that nobody looks for it, and cannot be asked for. */
function candidateRow({ candidate, lastKnownGood, environment }: Row, { service, incidentId, now }: Targets): KnownBlock {
  const { version } = candidate;
  const age = version.deployedAt === undefined ? 'age not known' : `deployed ${duration(now - version.deployedAt)} ago`;
  const text = lines(`${targetText(version, version.id === lastKnownGood?.id)} · ${age}`, leftText(candidate, now));
  if (incidentId === undefined || version.health === 'failed') return section(text);
  return section(text, button(ids.openRequest, 'Plan rollback', { id: incidentId, service, environment, to: version.id }));
}

function leftText({ left }: TargetVersion, now: number): string | undefined {
  if (left.length === 0) return undefined;
  const names = left.slice(0, 3).map(({ number, requestedAt }) => `${rollbackName(number)} (${duration(now - requestedAt)} ago)`);
  return `⚠ rolled back from before: ${listed(left.length > 3 ? [...names, `${left.length - 3} more`] : names)}`;
}

function usualText(usual: Usual): string {
  const run = `A rollback usually runs ${duration(usual.executeMs)}`;
  if (usual.from === 'provider') return `${run} (from earlier runs of its workflow)`;
  const recovery = usual.recoverMs === undefined ? '' : ` and production recovers ${duration(usual.recoverMs)} later`;
  return `${run}${recovery} (median of ${count(usual.rollbacks, 'rollback')})`;
}

function planBlocks({ name, environment, description, groups }: TargetPlan, { service, incidentId }: Targets): (KnownBlock | undefined)[] {
  const order = groups.map((steps) => steps.map((step) => line(step, 40)).join(' + ')).join(' → ');
  const text = lines(
    `*Plan ${line(name, 63)}* · ${line(environment, 63)}${description === '' ? '' : ` · ${line(description, 150)}`}`,
    line(order, 1000),
  );
  if (incidentId === undefined) return [section(text)];
  return [section(text), actions(button(ids.openRequest, 'Plan rollback', { id: incidentId, service, environment, plan: name }))];
}
