/** What people and jobs say about RB-7 between its request and its start, a minute after noon unless told otherwise. */
import type { RollbackCommand } from '../../src/domain/rollback.ts';
import { aPlan, aPolicy, aVoter, minute, noon } from './builders.ts';

type Of<T extends RollbackCommand['type']> = Extract<RollbackCommand, { type: T }>;

export const later = noon + minute;

export const approve = (user: string, change: Partial<Of<'rollback.approve'>> = {}): RollbackCommand => ({
  type: 'rollback.approve',
  voter: aVoter(user),
  planHash: 'hash',
  by: user,
  at: later,
  ...change,
});

export const revoke = (user: string, at = later): RollbackCommand => ({ type: 'rollback.revoke', by: user, at });

export const edit = (user: string, change: Partial<Of<'rollback.edit'>> = {}): RollbackCommand => ({
  type: 'rollback.edit',
  plan: aPlan(),
  planHash: 'other',
  checks: [],
  policy: aPolicy(),
  voter: aVoter(user),
  by: user,
  at: later,
  ...change,
});

export const start = (user: string, change: Partial<Of<'rollback.start'>> = {}): RollbackCommand => ({
  type: 'rollback.start',
  voter: aVoter(user),
  planHash: 'hash',
  by: user,
  at: later,
  ...change,
});

export const breakGlass = (user: string, change: Partial<Of<'rollback.break-glass'>> = {}): RollbackCommand => ({
  type: 'rollback.break-glass',
  voter: aVoter(user),
  planHash: 'hash',
  typed: 'shop',
  reason: 'nobody else is awake and orders fail',
  by: user,
  at: later,
  ...change,
});

export const beginStep = (change: Partial<Of<'rollback.begin-step'>> = {}): RollbackCommand => ({
  type: 'rollback.begin-step',
  step: 0,
  planHash: 'hash',
  fingerprint: 'as approved',
  voters: [aVoter('U2'), aVoter('U3'), aVoter('U4')],
  by: 'warroom',
  at: later,
  ...change,
});

export const expire = (at: number): RollbackCommand => ({ type: 'rollback.expire', by: 'warroom', at });

export const escalate = (at = later): RollbackCommand => ({ type: 'rollback.escalate', by: 'warroom', at });
