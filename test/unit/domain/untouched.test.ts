// A first step that its provider put off has touched nothing yet: until something has, clocks and approvals hold as before.
import { describe, it } from '@jest/globals';
import { rollback } from '../../../src/domain/rollback.ts';
import { beginStep } from '../../support/approvals.ts';
import { aPlan, aVote, aVoter, minute, noon, running } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);

/** Intended a minute ago, and the provider said: not now. */
const putOff = running({ status: 'pending', message: 'waiting for GitHub', startedAt: noon });
const touched = running(
  { status: 'succeeded', ref: 'run/1' },
  { plan: aPlan({ steps: 2 }), steps: [{ status: 'succeeded', ref: 'run/1' }, { status: 'pending' }] },
);

describe('a first step that was put off', () => {
  it('begins when nothing changed', () =>
    given(putOff)
      .when(beginStep())
      .becomes({ status: 'executing', steps: [{ status: 'intended' }] } as never));

  it('does not begin when the time to start is over', () =>
    given(putOff)
      .when(beginStep({ at: noon + 10 * minute }))
      .becomes({ status: 'failed', outcome: 'nothing had begun when the time to start was over' }));

  it('does not begin when an approval does not count any more', () =>
    given(putOff)
      .when(beginStep({ voters: [aVoter('U2', { standing: 'deactivated' })] }))
      .becomes({ status: 'failed', outcome: 'too few approvals still count' }));

  it('of which only the provider was asked is asked about again', () =>
    given(putOff)
      .when(beginStep({ voters: [] }))
      .changesNothing());
});

describe('after something was touched', () => {
  it('neither a clock nor somebody who left stops it half-way', () =>
    given(touched)
      .when(beginStep({ step: 1, at: noon + 60 * minute, voters: [] }))
      .becomes({ status: 'executing' }));
});

describe('what changed while a job looked', () => {
  const approved = running({ status: 'pending' }, { status: 'approved' });
  const { startedAt: _, ...waiting } = approved;

  it('does not let a new approval fall because nobody had asked about it yet', () =>
    given({ ...waiting, votes: [aVote('U4')] })
      .when(beginStep({ voters: [aVoter('U2')] }))
      .changesNothing());

  it('does not mend a glass that was broken meanwhile', () =>
    given({ ...waiting, glass: { by: 'U4', at: noon, reason: 'nobody else is awake' } })
      .when(beginStep({ voters: [aVoter('U2')] }))
      .changesNothing());
});
