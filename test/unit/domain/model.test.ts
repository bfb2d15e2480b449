// Random people, jobs, crashes and answers at random times against the rollback, beside a model that knows only what must never be broken.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Refusal } from '../../../src/domain/refusal.ts';
import type { Place, Rollback, RollbackCommand, RollbackEvent } from '../../../src/domain/rollback.ts';
import { operationId, rollback, runOf } from '../../../src/domain/rollback.ts';
import { canonical } from '../../../src/lib/canonical.ts';
import { linkHash } from '../../../src/store/ledger.ts';
import { compare } from '../../support/model/compare.ts';
import { follow } from '../../support/model/follow.ts';
import { anyStory, beginning, calm, commandOf, crowd, firstRequest, type Move } from '../../support/model/moves.ts';
import { check, mayBegin, opened, type Person, type Reference } from '../../support/model/reference.ts';
import { start } from '../../support/samples.ts';
import { voteTrouble } from '../../support/vote-trouble.ts';

const runs = 2000;

/** Each of these was reached in several runs: otherwise nothing would be shown about it. */
const everywhere: readonly RollbackEvent['type'][] = [
  'rollback.approved',
  'rollback.revoked',
  'rollback.edited',
  'rollback.cleared',
  'rollback.start-ordered',
  'rollback.glass-broken',
  'rollback.escalated',
  'rollback.expired',
  'rollback.votes-voided',
  'rollback.drifted',
  'rollback.gate-passed',
  'rollback.step-repeated',
  'rollback.step-requeued',
  'rollback.step-succeeded',
  'rollback.cancel-requested',
  'rollback.compensation-started',
  'rollback.compensated',
  'rollback.verified',
];

/** One rollback, the people around it, its provider, and everything that was written down. */
class World {
  at = start;
  state: Rollback = rollback.initial;
  model: Reference | undefined;
  readonly people = new Map<string, Person>(Object.entries(crowd));
  readonly facts: RollbackEvent[] = [];
  /** The provider's own count of what it did. */
  readonly effects = new Map<string, number>();

  /** @returns what it decided; a refusal is nothing */
  tell(command: RollbackCommand): RollbackEvent[] {
    const events = this.#decided(command);
    for (const event of events) {
      if (event.type === 'rollback.step-intended' && !event.back) {
        check(voteTrouble(this.facts, event.at).length === 0, 'begun in spite of what the facts say', voteTrouble(this.facts, event.at));
      }
      if (event.type === 'rollback.requested') this.model = opened(event);
      else if (this.model) follow(this.model, event, { command, people: this.people });
      this.facts.push(event);
      this.state = rollback.evolve(this.state, event);
    }
    if (this.model && this.state.status !== 'absent') compare(this.state, this.model);
    return events;
  }

  #decided(command: RollbackCommand): RollbackEvent[] {
    const glassBroken = this.facts.filter(({ type, by }) => type === 'rollback.glass-broken' && by === command.by).length;
    try {
      return rollback.decide(this.state, command, { number: 1, glassBroken });
    } catch (error) {
      if (error instanceof Refusal) return [];
      throw error;
    }
  }
}

/** A whole job: it looks, calls and writes down, and may die in between; what it finds half-way it looks for before it calls again. */
function work(world: World, { place: { step, back }, crash, answer, isDrifted }: Move): void {
  const { state, people, at } = world;
  if (state.status === 'absent') return;
  const place: Place = { step, ...(back ? { back: true } : {}) };
  const job = { ...place, by: 'warroom', at } as const;
  const operation = operationId('rb', place, runOf(state, place)?.round);
  const { status } = runOf(state, place) ?? {};
  if (status === 'started') return void world.tell({ type: 'rollback.finish-step', ...job, outcome: answer });
  if (status === 'intended') {
    if (world.effects.has(operation)) return void world.tell({ type: 'rollback.record-start', ...job, ref: operation });
    world.tell({ type: 'rollback.repeat-step', ...job });
    return call(world, { operation, crash, job });
  }
  if (status !== 'pending') return;
  const events = begin(world, place, beginning(place, { state, people, at, isDrifted }));
  if (!events.some(({ type }) => type === 'rollback.step-intended') || crash === 'before') return;
  if (answer === 'failed') return void world.tell({ type: 'rollback.defer-step', ...job, message: 'not now' });
  call(world, { operation, crash, job });
}

function call(
  world: World,
  { operation, crash, job }: { operation: string; crash: Move['crash']; job: Place & { by: 'warroom'; at: number } },
): void {
  world.effects.set(operation, (world.effects.get(operation) ?? 0) + 1);
  if (crash !== 'after') world.tell({ type: 'rollback.record-start', ...job, ref: operation });
}

/** Production is touched for the first time exactly when those who said yes, as they are now, allow it. */
function begin(world: World, { step, back }: Place, command: RollbackCommand): RollbackEvent[] {
  const { model, people } = world;
  if (model === undefined || model.touched || back || command.type !== 'rollback.begin-step') return world.tell(command);
  const isAllowed = mayBegin(model, { command, people }, { step, isDrifted: command.fingerprint === 'drifted' });
  const events = world.tell(command);
  check(
    isAllowed === events.some(({ type }) => type === 'rollback.step-intended'),
    'not begun although it might be, or the reverse',
    events,
  );
  return events;
}

/** Jobs do not lie: they say that something ran when it did, and that it did not when it did not. */
function isHonest({ state, effects }: World, { does, answer, place: { step, back } }: Move): boolean {
  if (state.status === 'absent') return false;
  const place: Place = { step, ...(back ? { back: true } : {}) };
  const ran = effects.has(operationId('rb', place, runOf(state, place)?.round));
  if (does === 'defer') return !ran;
  return ran || !(does === 'record' || does === 'record-cancel' || (does === 'finish' && answer !== 'unknown'));
}

/** Mostly something is done where something is to be done, and those leave whose word counts. */
function aimed({ state }: World, move: Move): Move {
  if (state.status === 'absent' || !move.isCurrent) return move;
  if (move.does === 'lose') {
    const counted = [...(state.glass === undefined ? state.votes.map(({ user }) => user) : [state.glass.by]), move.who];
    return { ...move, who: counted[move.place.step % counted.length] ?? move.who };
  }
  const wanted = move.does === 'settle-step' ? ['unknown'] : ['pending', 'intended', 'started'];
  const isWanted = (place: Place): boolean => wanted.includes(runOf(state, place)?.status ?? '');
  const steps =
    state.undoing.length > 0
      ? state.undoing.map((step) => ({ step, back: true as const }))
      : [...state.steps.keys()].map((step) => ({ step }));
  const open = steps.filter(isWanted);
  const place = open[move.place.step % open.length];
  return place === undefined ? move : { ...move, place: { step: place.step, back: state.undoing.length > 0 } };
}

function play(world: World, intent: Move): void {
  const move = aimed(world, intent);
  world.at += move.gap;
  const { state, people, at } = world;
  const person = people.get(move.who);
  if (state.status === 'absent' || !isHonest(world, move)) return;
  if (move.does === 'work') return work(world, move);
  if (move.does === 'return') return void people.set(move.who, crowd[move.who] ?? { standing: 'unknown', roles: [], groups: [] });
  if (move.does === 'lose' && person) return void people.set(move.who, lessOf(person, move.choice));
  const command = commandOf(move, { state, people, at });
  if (command?.type === 'rollback.begin-step') begin(world, command, command);
  else if (command) world.tell(command);
}

const lessOf = (person: Person, what: Move['choice']): Person =>
  ({ ran: { ...person, roles: [] }, again: { ...person, groups: [] }, skip: { ...person, standing: 'deactivated' as const } })[what];

/** Whatever goes on by itself goes on until it has ended or waits for a person: nothing is lost. */
function settle(world: World): void {
  const places = [0, 1, 2].flatMap((step) => [
    { step, back: false },
    { step, back: true },
  ]);
  for (let round = 0; round < 12; round++) {
    for (const place of places) play(world, { ...calm, isCurrent: false, place });
    play(world, { ...calm, does: 'measure' });
    play(world, { ...calm, does: 'expire', gap: 400_000 });
  }
  const isGoingOn = ['requested', 'approved', 'executing', 'compensating', 'verifying'].includes(world.state.status);
  check(!isGoingOn || (world.model?.gates.size ?? 0) > 0, 'it never ends', world.state);
}

/** I1 by the provider's own count, I2 by folding what was stored, I4 by the chain. */
function assertKept({ effects, facts, state }: World): void {
  check(
    [...effects.values()].every((count) => count === 1),
    'I1: an operation took effect twice',
    [...effects],
  );
  const stored = JSON.parse(JSON.stringify(facts)) as RollbackEvent[];
  const again = stored.reduce<Rollback>(rollback.evolve, rollback.initial);
  check(canonical(again) === canonical(state), 'I2: the state is not what its facts say', { again, state });
  check(chainOf(facts) === chainOf(stored), 'I4: the chain is another one after storing', facts);
  check(facts.length < 2 || chainOf(facts) !== chainOf(stored.toSpliced(1, 1)), 'I4: a fact that is gone does not show', facts);
}

const chainOf = (facts: readonly RollbackEvent[]): string =>
  facts.reduce((hash, event, index) => linkHash(hash, { incidentId: 'inc', seq: index + 1, event }), '');

describe('the rollback under random people, jobs, crashes and answers', () => {
  const seen = new Map<string, number>();

  it(`keeps quorum, clocks, order and single effects in ${runs} runs`, () => {
    fc.assert(
      fc.property(anyStory, ({ asked, policy, moves }) => {
        const world = new World();
        world.tell(firstRequest(asked, policy));
        for (const move of moves) play(world, move);
        settle(world);
        assertKept(world);
        for (const type of new Set(world.facts.map((fact) => fact.type))) seen.set(type, (seen.get(type) ?? 0) + 1);
      }),
      { numRuns: runs },
    );
  }, 60_000);

  it('got everywhere worth getting', () => {
    for (const type of everywhere) expect(`${type} ${(seen.get(type) ?? 0) > 2}`).toBe(`${type} true`);
  });
});
