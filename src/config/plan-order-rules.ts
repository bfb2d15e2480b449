// Rules about how the steps of a plan wait for each other.
import type { Planned, Reports } from './plan-context.ts';
import { suggestFrom } from './near-miss.ts';
import { ancestors, areParallel, circle } from './plan-graph.ts';

export function orderRules(planned: Planned, reports: Reports): void {
  repeatedIds(planned, reports);
  unknownNeeds(planned, reports);
  circles(planned, reports);
  sameThing(planned, reports);
  trafficFirst(planned, reports);
  passedOver(planned, reports);
}

function repeatedIds({ plan: { steps }, path }: Planned, { error }: Reports): void {
  for (const [index, { id }] of steps.entries()) {
    const first = steps.findIndex((step) => step.id === id);
    if (first === index) continue;
    error(
      [...path, 'steps', index, 'id'],
      `is the id of step ${first + 1} as well: ${id}`,
      'Give each step an id of its own; needs go by it.',
    );
  }
}

function unknownNeeds({ plan: { steps }, path }: Planned, { error }: Reports): void {
  const ids = steps.map(({ id }) => id);
  for (const [index, { id, needs }] of steps.entries()) {
    for (const [position, need] of needs.entries()) {
      const others = ids.filter((other) => other !== id);
      if (!ids.includes(need))
        error([...path, 'steps', index, 'needs', position], `names the unknown step ${need}`, suggestFrom(need, others));
    }
  }
}

/** A circle is said once, at its first step; whoever waits for it is told that too. */
function circles({ plan: { steps }, path }: Planned, { error }: Reports): void {
  const rounds = new Map(steps.map(({ id }) => [id, circle(steps, id)]));
  const said = new Set<string>();
  for (const [index, { id }] of steps.entries()) {
    const at = [...path, 'steps', index, 'needs'];
    const round = rounds.get(id);
    const blocker = [...ancestors(steps, id)].find((before) => rounds.get(before));
    if (round?.length === 2) error(at, `names the step itself, so ${id} never starts`, 'Take it out.');
    else if (round && !round.some((member) => said.has(member)))
      error(at, `go round in a circle, so none of them ever starts: ${round.join(' needs ')}`, 'Take one of these needs out.');
    else if (!round && blocker !== undefined)
      error(at, `can never be met: ${blocker} waits in a circle, so ${id} is never reached`, 'Break the circle first.');
    for (const member of round ?? []) said.add(member);
  }
}

/** Two orders for one thing at one time: whichever comes last wins, and nobody knows which that is. */
function sameThing({ plan, path }: Planned, { error }: Reports): void {
  const { steps } = plan;
  for (const [index, step] of steps.entries()) {
    const earlier = steps.slice(0, index).find((other) => other.id !== step.id && thingOf(plan, other) === thingOf(plan, step));
    if (!earlier || !areParallel(steps, earlier.id, step.id)) continue;
    const message = `changes the same thing as ${earlier.id}, and neither waits for the other`;
    error([...path, 'steps', index], message, `Add needs: [${earlier.id}], or make one step of the two.`);
  }
}

function thingOf(plan: Planned['plan'], { kind, provider = '', target, ...step }: Planned['plan']['steps'][number]): string {
  if (target) return JSON.stringify([provider, target]);
  return JSON.stringify([kind, step.service ?? plan.service, step.environment ?? plan.environment]);
}

function trafficFirst({ plan: { steps }, path }: Planned, { warn }: Reports): void {
  const traffic = steps.filter(({ kind }) => kind === 'traffic').map(({ id }) => id);
  const [first] = traffic;
  if (first === undefined) return;
  for (const [index, { id, kind }] of steps.entries()) {
    if (kind !== 'code' || traffic.some((before) => ancestors(steps, id).has(before))) continue;
    const message = `rolls code back that still gets traffic: it does not wait for ${traffic.join(' or ')}`;
    warn([...path, 'steps', index], message, `Add needs: [${first}], so that customers are elsewhere while the version changes.`);
  }
}

function passedOver({ plan: { steps }, path }: Planned, { warn }: Reports): void {
  const loose = new Set(steps.filter(({ onFailure }) => onFailure === 'continue').map(({ id }) => id));
  for (const [index, { needs }] of steps.entries()) {
    for (const [position, need] of needs.entries()) {
      if (!loose.has(need)) continue;
      const message = `starts after ${need} even when that failed, because of its onFailure: continue`;
      warn(
        [...path, 'steps', index, 'needs', position],
        message,
        `Let ${need} stop the plan, or leave it out of needs if this step is right without it.`,
      );
    }
  }
}
