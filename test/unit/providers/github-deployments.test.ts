import { describe, expect, it } from '@jest/globals';
import { historyOf, versionNamed } from '../../../src/providers/github-actions/deployments.ts';
import type { Deployment } from '../../../src/providers/github-actions/schema.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 23, 12);
const shaOf = (ref: string) => Buffer.from(ref.padEnd(20, '-')).toString('hex');

interface Made {
  sha?: string;
  states?: string[];
  by?: string;
}

/** Deployments in the order they were made, an hour apart, the last one an hour ago. Each went well unless it says otherwise. */
function history(...made: [ref: string, made?: Made][]) {
  const deployments = made.map(([ref, { sha = shaOf(ref), states = ['success'], by = 'ada' } = {}], index): Deployment => {
    const createdAt = now - (made.length - index) * hour;
    const statuses = states.map((state, order) => ({ state, at: createdAt + order * 60_000, url: undefined })).toReversed();
    return { id: index + 1, ref, sha, createdAt, by, statuses };
  });
  return historyOf(deployments.toReversed(), now);
}

const finished = (id: number, ref: string, { createdAt, doneAt }: { createdAt: number; doneAt: number }): Deployment => ({
  id,
  ref,
  sha: shaOf(ref),
  createdAt,
  by: 'ada',
  statuses: [{ state: 'success', at: doneAt, url: undefined }],
});

const labels = ({ candidates }: ReturnType<typeof history>) => candidates.map(({ label }) => label);

describe('what runs', () => {
  it('is the deployment that succeeded last, and not the one that is called active', () => {
    const { current } = history(['v1', { states: ['success'] }], ['v2', { states: ['in_progress', 'success', 'inactive'] }]);
    expect(current).toMatchObject({ label: 'v2', id: shaOf('v2'), by: 'ada', health: 'healthy' });
  });

  it('is not the newest deployment when that one failed or has not ended', () => {
    expect(history(['v1'], ['v2', { states: ['in_progress', 'failure'] }]).current?.label).toBe('v1');
    expect(history(['v1'], ['v2', { states: ['in_progress'] }]).current?.label).toBe('v1');
    expect(history(['v1'], ['v2', { states: [] }]).current?.label).toBe('v1');
  });

  it('is the one that finished last when two overlapped', () => {
    const at = now - 5 * hour;
    const slow = finished(1, 'v1', { createdAt: at, doneAt: at + hour });
    const quick = finished(2, 'v2', { createdAt: at + 60_000, doneAt: at + 120_000 });
    expect(historyOf([quick, slow], now).current?.label).toBe('v1');
  });

  it('is unknown without any deployment', () => {
    expect(historyOf([], now)).toMatchObject({ current: undefined, candidates: [], lastKnownGood: undefined, newestId: undefined });
  });
});

const began = (...made: Parameters<typeof history>) => history(...made).current?.rolloutStartedAt;
const ago = (hours: number) => now - hours * hour;

describe('when the version that runs began to go out', () => {
  it('is when its deployment was made, not when it ended', () => {
    expect(began(['v1'], ['v2', { states: ['in_progress', 'success'] }])).toBe(ago(1));
  });

  it('is its first try, failed or repeated, since another version lived', () => {
    expect(began(['v1'], ['v2', { states: ['failure'] }], ['v2'], ['v2'])).toBe(ago(3));
    expect(began(['v2'], ['v1'], ['v3'], ['v2'])).toBe(ago(1));
  });

  it('lies before the version that was rolled back from: just before the rollback everything was bad', () => {
    expect(began(['v0'], ['v1'], ['v2'], ['v1'])).toBe(ago(3));
  });
});

describe('what can be gone back to', () => {
  it('is each earlier version once, newest first', () => {
    expect(labels(history(['v1'], ['v2'], ['v1'], ['v2'], ['v3']))).toEqual(['v2', 'v1']);
  });

  it('recommends the newest one that went well', () => {
    const seen = history(['v1'], ['v2', { states: ['failure'] }], ['v3', { states: ['error'] }], ['v4']);
    expect(seen.lastKnownGood?.label).toBe('v1');
    expect(seen.candidates.map(({ health }) => health)).toEqual(['failed', 'failed', 'healthy']);
  });

  it('calls a version failed when a check failed it after it went live', () => {
    expect(history(['v1'], ['v2', { states: ['success', 'failure'] }], ['v3']).candidates[0]?.health).toBe('failed');
  });

  it('does not hold a later failed try against a version that once went well, but remembers it', () => {
    const seen = history(['v1'], ['v2'], ['v1', { states: ['in_progress', 'failure'] }]);
    expect(seen.lastKnownGood).toMatchObject({ label: 'v1', health: 'healthy' });
    expect([...seen.failedSince.keys()]).toEqual([shaOf('v1')]);
  });

  it('never recommends a version that was rolled back from', () => {
    const seen = history(['v1'], ['v2'], ['v3'], ['v2']);
    expect(seen.current?.label).toBe('v2');
    expect(seen.lastKnownGood?.label).toBe('v1');
    expect(seen.candidates.find(({ label }) => label === 'v3')?.health).toBe('unknown');
    expect(versionNamed(seen, 'previous')).toMatchObject({ label: 'v1' });
  });

  it('steps further back after a second rollback', () => {
    const seen = history(['v1'], ['v2'], ['v3'], ['v2'], ['v1']);
    expect(seen.current?.label).toBe('v1');
    expect(seen.lastKnownGood).toBeUndefined();
    expect(versionNamed(seen, 'previous')).toBeUndefined();
  });

  it('trusts a version again once it was brought out again and replaced by a newer one', () => {
    const seen = history(['v1'], ['v2'], ['v1'], ['v2'], ['v3']);
    expect(seen.lastKnownGood?.label).toBe('v2');
    expect([...seen.rolledBack]).toEqual([]);
  });

  it('sees rolling forward again as that, not as a rollback from the older version', () => {
    const seen = history(['v1'], ['v2'], ['v1'], ['v2']);
    expect(seen.current?.label).toBe('v2');
    expect(seen.lastKnownGood?.label).toBe('v1');
  });
});

describe('what is under way', () => {
  it('is a newer deployment that has not ended', () => {
    expect(history(['v1'], ['v2', { states: ['queued'] }]).open.map(({ ref }) => ref)).toEqual(['v2']);
  });

  it('is not one that was overtaken or forgotten', () => {
    expect(history(['v1', { states: ['in_progress'] }], ['v2']).open).toEqual([]);
    const forgotten: Deployment = { id: 1, ref: 'v1', sha: shaOf('v1'), createdAt: now - 48 * hour, by: 'ada', statuses: [] };
    expect(historyOf([forgotten], now).open).toEqual([]);
  });
});

describe('how versions are named', () => {
  const [one, two] = ['a'.repeat(40), `${'a'.repeat(7)}${'b'.repeat(33)}`];

  it('is by tag, with the sha where the ref alone says too little', () => {
    const seen = history(
      ['main', { sha: one }],
      ['main', { sha: 'c'.repeat(40) }],
      ['d'.repeat(40), { sha: 'd'.repeat(40) }],
      ['refs/tags/v4'],
    );
    expect([seen.current?.label, ...labels(seen)]).toEqual(['v4', 'ddddddd', 'main@ccccccc', 'main@aaaaaaa']);
  });

  it('keeps the tag of a version that was brought out again by its sha', () => {
    expect(history(['v1', { sha: one }], ['v2'], [one, { sha: one }]).current?.label).toBe('v1');
  });

  it('finds a version by label, by sha and by the start of its sha', () => {
    const seen = history(['v1', { sha: one }], ['v2']);
    for (const name of ['v1', one, one.slice(0, 9)]) expect(versionNamed(seen, name)).toMatchObject({ label: 'v1' });
    expect(versionNamed(seen, 'aaaa')).toBeUndefined();
    expect(versionNamed(seen, 'v')).toBeUndefined();
  });

  it('does not guess when several fit', () => {
    const seen = history(['main', { sha: one }], ['main', { sha: two }], ['v3']);
    expect(versionNamed(seen, 'aaaaaaa')).toBe('ambiguous');
    expect(versionNamed(seen, 'main')).toBe('ambiguous');
    expect(versionNamed(seen, 'main@aaaaaaa')).toBeDefined();
  });
});
