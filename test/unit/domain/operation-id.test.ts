import { describe, expect, it } from '@jest/globals';
import { assert, boolean, nat, property, record, uuid } from 'fast-check';
import { operationId, runOfOperation, runsNamed } from '../../../src/domain/rollback-flow.ts';
import type { KnownRollback } from '../../../src/domain/rollback.ts';

describe('an operation id', () => {
  it('leads back to the run it was made for, whatever its round', () => {
    const runs = record({ id: uuid(), step: nat(99), back: boolean(), round: nat(20) });
    assert(
      property(runs, ({ id, step, back, round }) => {
        const place = { step, ...(back && { back: true as const }) };
        expect(runOfOperation(operationId(`rb_${id}`, place, round))).toEqual({ rollbackId: `rb_${id}`, place });
      }),
    );
  });

  it.each(['', '.', 'rb_1', 'rb_1.', 'rb_1.0', 'rb_1.01', 'rb_1.1000', 'rb_1.1.', 'rb_1.1.redo', 'rb 1.1', 'x'.repeat(100_000)])(
    'is not found where there is none: %.20s',
    (text) => {
      expect(runOfOperation(text)).toBeUndefined();
    },
  );
});

it('finds runs under way by the provider’s name for them, forth and back, and none that ended', () => {
  const started = { status: 'started', ref: '7', round: 0 } as const;
  const ended = { ...started, status: 'succeeded' } as const;
  const state = { steps: [ended, started, { ...started, ref: '8' }], undos: [started, ended] } as Partial<KnownRollback> as KnownRollback;
  expect(runsNamed(state, '7')).toEqual([{ step: 1 }, { step: 0, back: true }]);
  expect(runsNamed(state, '9')).toEqual([]);
});
