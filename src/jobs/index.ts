import type { JobKind } from '../domain/react.ts';
import type { Deps } from '../ports.ts';
import type { JobDefinition } from '../queue/job.ts';
import { drawCard, pinCard } from './cards.ts';
import { advanceIncident, expireRollback, runStep, verifyRollback, watchStep } from './rollback.ts';
import { addBookmarks, briefRole, invitePeople, openRoom, setTopic, tellDeclarer } from './room.ts';
import { announceFact, deliverUpdate, publishUpdate } from './updates.ts';

/** Every job there is, by its kind. */
export const jobs: ReadonlyMap<JobKind, JobDefinition<Deps>> = new Map(
  [
    openRoom,
    invitePeople,
    setTopic,
    addBookmarks,
    tellDeclarer,
    drawCard,
    pinCard,
    briefRole,
    announceFact,
    deliverUpdate,
    publishUpdate,
    advanceIncident,
    expireRollback,
    runStep,
    watchStep,
    verifyRollback,
  ].map((job) => [job.kind, job]),
);
