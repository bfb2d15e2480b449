import type { KnownBlock } from '@slack/types';
import type { Change, Check, Plan, Version } from '../domain/plan.ts';
import type { Message } from './blocks.ts';
import { actions, button, context, header, lines, message, section } from './blocks.ts';
import { changeText, checksText, currentText, targetText } from './change.ts';
import { ids } from './ids.ts';
import { usuallyText } from './measure.ts';
import { stepText } from './plan-steps.ts';
import type { Target } from './request-modal.ts';
import { targetValue } from './request-modal.ts';
import { line, plain } from './text.ts';
import { placeOf, shortLabel } from './words.ts';

/** What a provider knows before anything is changed; as ports.ts has it. */
export interface PlanFacts {
  current: Version | undefined;
  candidates: readonly Version[];
  lastKnownGood: Version | undefined;
  target: Version | undefined;
  change: Change | undefined;
  checks: readonly Check[];
  estimateSeconds?: number;
}

interface PlanPreview extends Omit<Target, 'plan'> {
  /** Its name and steps, when it has several. */
  plan?: Pick<Plan, 'name' | 'steps'> | undefined;
  preview: PlanFacts;
  /** Who would have to approve: “one approval by the Incident Commander or the Technical Lead”. */
  policyText: string;
  /** Everything that can be rolled back, to name the others. */
  targets: readonly Target[];
  /** The incident whose war room this is; without one nothing can be requested. */
  incidentId?: string | undefined;
}

/** A dry run: what a rollback would do and what it would need. Nothing was requested. */
export function planPreview(plan: PlanPreview): Message {
  const { preview, policyText, targets } = plan;
  const isBlocked = preview.checks.some(({ level }) => level === 'block');
  const title = titleOf(plan);
  return message(`${line(title)}. Nothing was requested.`, [
    header(title),
    ...whatChanges(plan),
    preview.checks.length === 0 ? undefined : section(checksText(preview.checks)),
    section(lines(`It would need ${line(policyText, 500)}.`, usuallyText([preview.estimateSeconds]))),
    ...nextStep(plan, isBlocked),
    ...otherTargets({ service: plan.service, environment: plan.environment, plan: plan.plan?.name }, targets),
  ]);
}

function titleOf({ plan, preview, ...place }: PlanPreview): string {
  if (plan?.name !== undefined)
    return `Plan ${plain(plan.name, 40)}: ${plan.steps.length === 1 ? 'one step' : `${plan.steps.length} steps`} for ${placeOf(place)}`;
  return `Plan: roll back ${placeOf(place)}${preview.target === undefined ? '' : ` to ${shortLabel(preview.target.label)}`}`;
}

function whatChanges({ plan, preview }: PlanPreview): (KnownBlock | undefined)[] {
  if (plan?.name !== undefined) return plan.steps.slice(0, 20).map((step, index) => section(stepText(step, index)));
  return [section(versionsText(preview)), preview.change === undefined ? undefined : section(changeText(preview.change))];
}

function versionsText({ current, target, lastKnownGood, candidates }: PlanFacts): string {
  const now = current === undefined ? 'It is not known what runs there now.' : currentText(current);
  if (target === undefined) return `${now}\nThere is no version to go back to.`;
  const others = candidates.filter(({ id }) => id !== target.id).slice(0, 5);
  return lines(
    `${now} → ${targetText(target, target.id === lastKnownGood?.id)}`,
    others.length === 0
      ? undefined
      : `Other versions: ${others.map((version) => targetText(version, version.id === lastKnownGood?.id)).join(' · ')}`,
  );
}

function nextStep({ plan, service, environment, preview, incidentId }: PlanPreview, isBlocked: boolean): (KnownBlock | undefined)[] {
  if (preview.target === undefined) return [];
  if (isBlocked) return [context('It cannot be requested as it is: see what stops it.')];
  if (incidentId === undefined) return [context('Nothing was requested. To request it, do the same in a war room.')];
  const value = { id: incidentId, service, environment, plan: plan?.name, to: preview.target.id };
  return [actions(button(ids.openRequest, 'Request rollback', value, { style: 'primary' })), context('Nothing was requested yet.')];
}

function otherTargets(here: Target, targets: readonly Target[]): KnownBlock[] {
  const others = targets.filter((other) => targetValue(other) !== targetValue(here));
  if (others.length === 0) return [];
  const named = others.slice(0, 10).map((target) => line(target.plan === undefined ? placeOf(target) : `plan ${target.plan}`));
  return [context(`Can be rolled back as well: ${named.join(', ')}`)];
}
