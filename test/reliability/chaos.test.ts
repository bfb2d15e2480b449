// A small `npm run chaos`: what it counts must be nothing.
import { beforeAll, expect, it } from '@jest/globals';
import type { Account } from '../../bench/chaos/account.ts';
import { runChaos } from '../../bench/chaos/run.ts';
import { describeLane } from '../support/lanes.ts';

describeLane(['redis', 'postgres'], 'six rollbacks of three steps, with processes killed and frozen all the while', () => {
  const outcome: { account?: Account } = {};
  beforeAll(async () => {
    outcome.account = await runChaos({ seed: 7, rollbacks: 6, workers: 3, seconds: 150 });
  }, 280_000);

  it('ends each of them in a verdict, and nothing that must hold is broken', () => {
    expect(outcome.account).toMatchObject({ broken: [], lost: 0, verdicts: { recovered: 6 } });
  });

  it('has no effect twice in the ledgers of the providers, though processes really died', () => {
    expect(outcome.account).toMatchObject({ doubleEffects: 0 });
    expect(outcome.account?.counted['kills']).toBeGreaterThan(0);
    expect(outcome.account?.counted['freezes']).toBeGreaterThan(0);
  });
});
