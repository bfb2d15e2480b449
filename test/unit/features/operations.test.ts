import { describe, expect, it } from '@jest/globals';
import { operations } from '../../../src/features/rollback/operations.ts';
import type { StoredRollback } from '../../../src/ports.ts';
import { aRollback, noon } from '../../support/builders.ts';
import { refusalOf } from '../../support/given.ts';

const found: StoredRollback = { id: 'rb_1', version: 1, state: aRollback() };
const by = { user: 'U2', at: noon, inboxKey: 'operator:1' };

describe('what an operator says of a rollback', () => {
  it.each(['approve', 'start', 'break-glass'])('is bound to the plan that was seen before it may touch production: %s', (verb) => {
    const operation = operations[verb];
    const command = { verb, reason: 'customers lose orders', typed: 'shop' };
    const refusal = refusalOf(() => operation?.run({ deps: {} as never, found, by, command }));
    expect(refusal.message).toBe('Say which plan you saw: `planHash`, as the rollback shows it.');
  });
});
