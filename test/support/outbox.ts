import type { JobKind } from '../../src/domain/job.ts';
import type { Fence, Outbox, StoredJob } from '../../src/ports.ts';

interface Row {
  id: string;
  kind: JobKind;
  payload: unknown;
  order: string;
  dueAt: number;
  attempts: number;
  claims: number;
  token: number;
  held: boolean;
  failure?: string;
  parked?: string;
}

/** The jobs' table in memory, as the port describes it: one at a time of each order, and a worker without the job changes nothing. */
export function anOutbox() {
  const rows: Row[] = [];
  const stored = ({ id, kind, dueAt }: Row): StoredJob => ({ id, kind, dueAt });
  const waiting = (): Row[] => rows.filter(({ parked }) => parked === undefined);
  const isFirst = (row: Row): boolean => waiting().find(({ order }) => order === row.order) === row;
  const mine = ({ jobId, token }: Fence): Row | undefined => rows.find((row) => row.id === jobId && row.held && row.token === token);
  const nextOf = (order: string): StoredJob | undefined =>
    waiting()
      .filter((row) => row.order === order)
      .map(stored)[0];

  const outbox: Outbox = {
    claim: (jobId, now) => {
      const row = waiting().find(({ id }) => id === jobId);
      if (!row || row.held || row.dueAt > now || !isFirst(row)) return Promise.resolve(undefined);
      const { kind, payload, attempts, claims } = row;
      row.held = true;
      row.token += 1;
      row.claims += 1;
      return Promise.resolve({ jobId, token: row.token, kind, payload, attempts, claims });
    },
    renew: (fence) => Promise.resolve(mine(fence) !== undefined),
    finish: (fence) => {
      const row = mine(fence);
      if (row) rows.splice(rows.indexOf(row), 1);
      return Promise.resolve(row && nextOf(row.order));
    },
    again: (fence, at, { failure } = {}) => {
      const row = mine(fence);
      if (!row) return Promise.resolve(undefined);
      // A planned repetition is no failure, and says that the worker lived.
      const counted = failure === undefined ? { claims: 0 } : { attempts: row.attempts + 1, failure };
      Object.assign(row, { held: false, dueAt: at, ...counted });
      return Promise.resolve(stored(row));
    },
    park: (fence, reason) => {
      const row = mine(fence);
      if (row) Object.assign(row, { held: false, parked: reason });
      return Promise.resolve(row && nextOf(row.order));
    },
    hurry: () => Promise.resolve([]), // nobody brings news to these tests
    due: (now, limit) =>
      Promise.resolve(
        waiting()
          .filter((row) => !row.held && row.dueAt <= now && isFirst(row))
          .slice(0, limit)
          .map(stored),
      ),
    counts: (now) => {
      const due = waiting().filter(({ dueAt }) => dueAt <= now).length;
      return Promise.resolve({ waiting: waiting().length, due, parked: rows.length - waiting().length, oldestDueMs: 0 });
    },
  };
  return {
    ...outbox,
    put: (row: Pick<Row, 'id' | 'kind' | 'payload' | 'order'> & Partial<Row>) =>
      void rows.push({ dueAt: 0, attempts: 0, claims: 0, token: 0, held: false, ...row }),
    row: (id: string) => rows.find((row) => row.id === id),
    /** As when the lease ran out and another worker claimed it. */
    takeAway: (id: string) => {
      const row = rows.find((each) => each.id === id);
      if (row) row.token += 1;
    },
  };
}
