import { describe, expect, it } from '@jest/globals';
import type { Policy, Standing } from '../../../src/domain/policy.ts';
import type { Membership, Memberships, Memory } from '../../../src/ports.ts';
import { ChatError } from '../../../src/ports.ts';
import { createPeople } from '../../../src/slack/people.ts';
import { readVoter } from '../../../src/slack/voter.ts';
import { aPolicy, noon } from '../../support/builders.ts';

const minute = 60_000;

/** What Slack last said, in memory. */
function aMemory(known: Record<string, Membership> = {}): Memberships & { known: Record<string, Membership> } {
  return {
    known,
    rememberPerson: (user, { standing, name }, at) => {
      known[user] = { name, standing, standingAt: at, groups: known[user]?.groups ?? {} };
      return Promise.resolve();
    },
    rememberGroup: (user, group, answer) => {
      const person = known[user];
      if (person) known[user] = { ...person, groups: { ...person.groups, [group]: answer } };
      return Promise.resolve();
    },
    recall: (user) => Promise.resolve(known[user]),
    names: () => Promise.resolve(new Map()),
  };
}

interface Slack {
  standing?: Standing | ChatError;
  members?: string[] | ChatError;
}

function house({ standing = 'member', members = [] }: Slack, known: Record<string, Membership> = {}) {
  const memory = aMemory(known);
  const logged: string[] = [];
  const log = { info: () => {}, warn: (_: object, message: string) => void logged.push(message), error: () => {} };
  const chat = {
    person: () => (standing instanceof ChatError ? Promise.reject(standing) : Promise.resolve({ standing, name: 'Ada' })),
    membersOf: () => (members instanceof ChatError ? Promise.reject(members) : Promise.resolve(members)),
  };
  const people = createPeople({ chat, memory, now: () => noon, log });
  const ask = (part: { memory?: Memory; roles?: Record<string, string>; policy?: Policy } = {}) =>
    readVoter(people, 'UADA', { policy: aPolicy({ require: [{ approvals: 1, roles: ['ic'], groups: ['@sre'] }] }), roles: {}, ...part });
  return { memory, people, ask, logged };
}

const silent = new ChatError('again', 'no_answer');
const last = (minutes: number, part: Partial<Membership> = {}): Record<string, Membership> => ({
  UADA: {
    name: 'Ada',
    standing: 'member',
    standingAt: noon - minutes * minute,
    groups: { '@sre': { isIn: true, at: noon - minutes * minute } },
    ...part,
  },
});

describe('who a person is for a policy', () => {
  it('is what Slack says now, and is kept for later', async () => {
    const { ask, memory } = house({ members: ['UADA'] });
    expect(await ask()).toEqual({ user: 'UADA', standing: 'member', roles: [], groups: ['@sre'] });
    expect(memory.known['UADA']).toMatchObject({ standing: 'member', standingAt: noon, groups: { '@sre': { isIn: true, at: noon } } });
  });

  it('is what Slack said up to a quarter of an hour ago, while it is silent', async () => {
    const { ask } = house({ standing: silent, members: silent }, last(15));
    expect(await ask()).toEqual({ user: 'UADA', standing: 'member', roles: [], groups: ['@sre'] });
  });

  it('is not known when that is longer ago, and says how long', async () => {
    const { ask } = house({ standing: silent, members: silent }, last(40));
    expect(await ask()).toEqual({
      user: 'UADA',
      standing: 'unknown',
      roles: [],
      groups: [],
      silence: { why: 'and its last answer is 40 minutes old: at most 15 count' },
    });
  });

  it('is not known of somebody Slack never spoke of', async () => {
    const { ask } = house({ standing: silent, members: silent });
    expect(await ask()).toMatchObject({ standing: 'unknown', silence: { why: 'and it has not said anything about this person before' } });
  });

  it('is asked of Slack alone where data or infrastructure is changed', async () => {
    const { ask } = house({ standing: silent, members: silent }, last(1));
    expect(await ask({ memory: 'none' })).toMatchObject({
      standing: 'unknown',
      silence: { why: expect.stringContaining('only its answer of this moment counts') },
    });
  });

  it('is what Slack said last, however long ago, when the glass is broken; a no stays a no', async () => {
    const { ask } = house({ standing: silent, members: silent }, last(10_000));
    expect(await ask({ memory: 'any' })).toEqual({ user: 'UADA', standing: 'member', roles: [], groups: ['@sre'] });
    const guest = house({ standing: silent, members: silent }, last(1, { standing: 'guest' }));
    expect(await guest.ask({ memory: 'any' })).toMatchObject({ standing: 'guest' });
    expect(await house({ standing: silent, members: silent }).ask({ memory: 'any' })).toMatchObject({ standing: 'unknown' });
  });

  it('is silence too when only the group was not told, unless a role is enough', async () => {
    const { ask } = house({ members: silent });
    expect(await ask()).toMatchObject({ standing: 'member', groups: [], silence: { why: expect.any(String) } });
    expect(await ask({ roles: { ic: 'UADA' } })).toEqual({ user: 'UADA', standing: 'member', roles: ['ic'], groups: [] });
  });

  it('is no silence for a vote where a role is enough, and still tells that a group was not told', async () => {
    const { ask } = house({ members: silent });
    const require = [
      { approvals: 1, roles: ['ic' as const], groups: [] },
      { approvals: 1, roles: [], groups: ['@sre'] },
    ];
    const known = await ask({ policy: aPolicy({ require }), roles: { ic: 'UADA' } });
    expect(known).toMatchObject({ roles: ['ic'], groups: [], unsaid: expect.any(String) });
    expect(known.silence).toBeUndefined();
  });

  it('is no silence for whoever may break the glass by a role, whatever group of the quorum was not told', async () => {
    const { ask } = house({ standing: silent, members: silent }, last(10_000, { groups: {} }));
    const policy = aPolicy({
      require: [{ approvals: 1, roles: [], groups: ['@sre'] }],
      breakGlass: { roles: ['ic'], groups: ['@night'], perDay: 2 },
    });
    expect((await ask({ memory: 'any', policy, roles: { ic: 'UADA' } })).silence).toBeUndefined();
    expect((await ask({ memory: 'any', policy })).silence).toBeDefined();
  });

  it('believes a definite answer of Slack, also one that helps nobody', async () => {
    const gone = house({ standing: new ChatError('final', 'user_not_found'), members: ['UADA'] }, last(1));
    expect(await gone.ask()).toMatchObject({ standing: 'unknown', groups: ['@sre'] });
    const noGroup = house({ members: new ChatError('final', 'no_such_subteam') }, last(1));
    expect(await noGroup.ask()).toEqual({ user: 'UADA', standing: 'member', roles: [], groups: [] });
  });

  it('remembers a no for as long as Slack says nothing else', async () => {
    const { ask, people } = house({ standing: silent, members: silent }, last(10_000, { standing: 'deactivated' }));
    expect(await ask()).toMatchObject({ standing: 'deactivated' });
    expect(await people.standingNow('UADA')).toBe('deactivated');
  });

  it('holds although it could not be written down', async () => {
    const { memory, ask, logged } = house({ members: ['UADA'] });
    memory.rememberPerson = () => Promise.reject(new Error('no database'));
    expect(await ask()).toMatchObject({ standing: 'member', groups: ['@sre'] });
    expect(logged).toContain('what slack said about a person was not kept');
  });
});
