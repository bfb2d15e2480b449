import { describe, expect, it } from '@jest/globals';
import type { KnownRollback } from '../../../src/domain/rollback.ts';
import { timesOf, type Times } from '../../../src/domain/times.ts';
import { trackRecord } from '../../../src/domain/track-record.ts';
import { aRollback, minute, noon } from '../../support/builders.ts';

const day = 24 * 60 * minute;
const ago = (days: number, change: Partial<KnownRollback> = {}, times: Times = {}) => {
  const requestedAt = noon - days * day;
  const ran = { startedAt: requestedAt + minute, endedAt: requestedAt + 5 * minute };
  return { rollback: aRollback({ status: 'recovered', requestedAt, ...ran, ...change }), times };
};
const rejected = (days: number) => ({
  rollback: aRollback({ status: 'rejected', requestedAt: noon - days * day, endedAt: noon - days * day }),
  times: {},
});
const record = (...all: Parameters<typeof trackRecord>[0]) => trackRecord(all, noon);

describe('the record of a service', () => {
  it('counts what ran in 30 and in 90 days, and how it ended', () => {
    expect(record(ago(1), ago(29), ago(31, { status: 'not recovered' }), ago(89), ago(91))).toMatchObject({
      ran30: 2,
      ran90: 4,
      ended: [
        { status: 'recovered', count: 3 },
        { status: 'not recovered', count: 1 },
      ],
      underWay: 0,
      notRun: 0,
    });
  });

  it('keeps requests that never began apart from rollbacks', () => {
    expect(record(rejected(1), ago(2))).toMatchObject({ ran90: 1, notRun: 1 });
  });

  it('has no end yet for what is under way, and does not count a request that is still open as one that never began', () => {
    const open = { rollback: aRollback({ requestedAt: noon - minute }), times: {} };
    const running = { rollback: aRollback({ status: 'executing', requestedAt: noon - minute, startedAt: noon }), times: {} };
    expect(record(open, running)).toMatchObject({ ran30: 1, ended: [], underWay: 1, notRun: 0 });
  });

  it('says which part usually took longest, and whether that is most of the time', () => {
    const slow = record(ago(1, {}, { decide: minute, approve: 9 * minute, execute: 3 * minute }), ago(2, {}, { approve: 7 * minute }));
    expect(slow.medians).toEqual({ decide: minute, approve: 8 * minute, execute: 3 * minute });
    expect(slow.slowest).toEqual({ part: 'approve', most: true });
    expect(record(ago(1, {}, { decide: 4, approve: 5, execute: 3 })).slowest).toEqual({ part: 'approve', most: false });
  });

  it('has no slowest part when there is nothing to compare', () => {
    expect(record(ago(1, {}, { decide: minute })).slowest).toBeUndefined();
    expect(record(ago(1, {}, timesOf(aRollback()))).slowest).toBeUndefined();
    expect(record()).toEqual({ ran30: 0, ran90: 0, ended: [], underWay: 0, notRun: 0, medians: {} });
  });
});
