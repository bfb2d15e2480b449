import type { Change } from '../client-api.ts';

type WithoutSeq<C> = C extends unknown ? Omit<C, 'seq'> : never;

/** A change before it has its number. */
export type ChangeBody = WithoutSeq<Change>;

/** What one person gets to see of something that happened; nothing when it is none of their business. */
export type Projection = (as: string) => ChangeBody | undefined;

/** Everything that changes, in order, to everyone who listens. */
export interface Changes {
  seq(): number;
  publish(project: Projection): void;
  /** Sends what came after `after` and then everything new. The answer ends it. */
  subscribe(as: string, send: (change: Change) => void, after?: number): () => void;
}

/** A page that was away for longer than this many changes takes a new snapshot. */
const remembered = 2000;

/** A broker with a short memory, so that nothing is lost between a snapshot and the stream after it. */
export function createChanges(): Changes {
  let seq = 0;
  const past: { seq: number; project: Projection }[] = [];
  const listeners = new Set<(seq: number, project: Projection) => void>();

  return {
    seq: () => seq,
    publish(project) {
      seq += 1;
      past.push({ seq, project });
      if (past.length > remembered) past.shift();
      for (const listener of listeners) listener(seq, project);
    },
    subscribe(as, send, after = seq) {
      const listener = (at: number, project: Projection) => {
        const body = project(as);
        if (body) send({ seq: at, ...body });
      };
      for (const entry of past) if (entry.seq > after) listener(entry.seq, entry.project);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
