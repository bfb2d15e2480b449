/** What a rollback leaves behind. Made from what was really done, never from what was planned. */
import type { Step } from './plan.ts';
import type { CareItem, KnownRollback } from './rollback-facts.ts';
import { rollbackName } from './words.ts';

export type { CareItem } from './rollback-facts.ts';

/** The items as of now. What was done of them stays done; what was undone meanwhile asks for nothing any more. */
export function careFor(state: KnownRollback): CareItem[] {
  const items = state.startedAt === undefined ? [] : [...lockItem(state), ...state.plan.steps.flatMap(ofStep(state)), ...reviewItem(state)];
  return items.map((item) => {
    const done = state.care.find(({ id }) => id === item.id)?.done;
    return done === undefined ? item : { ...item, done };
  });
}

/** What still waits. */
export const openCare = ({ care }: Pick<KnownRollback, 'care'>): CareItem[] => care.filter(({ done }) => done === undefined);

const lockItem = ({ plan }: KnownRollback): CareItem[] => [
  { id: 'unlock', kind: 'unlock', text: `Unlock ${plan.service}: deploys of it are held since this rollback began` },
];

function reviewItem({ glass, number }: KnownRollback): CareItem[] {
  if (glass === undefined) return [];
  return [{ id: 'review', kind: 'review', text: `Review the break-glass of ${rollbackName(number)} in the postmortem: “${glass.reason}”` }];
}

const ofStep =
  ({ steps, undos }: KnownRollback) =>
  (step: Step, index: number): CareItem[] => {
    const isInEffect = steps[index]?.status === 'succeeded' && undos[index]?.status !== 'succeeded';
    return isInEffect ? [leftBy(step)] : [];
  };

function leftBy(step: Step): CareItem {
  const { id, kind, from, to, change, service, environment } = step;
  if (step.pauses === 'auto-sync') {
    const text = `Resume auto-sync of ${service} (${environment}), after git says what runs now: ${id} paused it`;
    return { id: `resume:${id}`, kind: 'resume', text };
  }
  const url = change.url === undefined ? {} : { url: change.url };
  switch (kind) {
    case 'code':
      return {
        id: `revert:${id}`,
        kind: 'revert',
        text: `Revert ${from.label} in the repository, or the next deploy ships it again`,
        ...url,
      };
    case 'config':
      return { id: `restore:${id}`, kind: 'restore', text: `Put ${nameOf(step)} back from ${to.label} to ${from.label} once it is safe` };
    case 'traffic':
      return {
        id: `restore:${id}`,
        kind: 'restore',
        text: `Send traffic as before once it is safe: this rollback changed ${change.summary}`,
      };
    case 'infrastructure':
      return { id: `unpin:${id}`, kind: 'unpin', text: `Unpin ${nameOf(step)} from ${to.label}` };
    case 'database':
      return { id: `data:${id}`, kind: 'data', text: `Check what ${nameOf(step)} changed and what it skipped` };
  }
}

/** What the step changes, as configured. */
const nameOf = ({ id, target }: Step): string => (typeof target['name'] === 'string' ? target['name'] : id);
