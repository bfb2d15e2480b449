import type { JobKind } from '../domain/job.ts';
import type { Deps } from '../ports.ts';
import type { JobDefinition } from '../queue/job.ts';
import { addBookmarks } from './add-bookmarks.ts';
import { advanceIncident } from './advance-incident.ts';
import { announceFact } from './announce-fact.ts';
import { applyHolds } from './apply-holds.ts';
import { briefRole } from './brief-role.ts';
import { cancelStep } from './cancel-step.ts';
import { deliverUpdate } from './deliver-update.ts';
import { drawCard } from './draw-card.ts';
import { escalateRollback } from './escalate-rollback.ts';
import { lockService } from './lock-service.ts';
import { finishUnlock } from './finish-unlock.ts';
import { remindCare } from './remind-care.ts';
import { tellApprovers } from './tell-approvers.ts';
import { expireRollback } from './expire-rollback.ts';
import { invitePeople } from './invite-people.ts';
import { openRoom } from './open-room.ts';
import { pinCard } from './pin-card.ts';
import { publishUpdate } from './publish-update.ts';
import { revisitDecision } from './revisit-decision.ts';
import { runStep } from './run-step.ts';
import { setTopic } from './set-topic.ts';
import { tellDeclarer } from './tell-declarer.ts';
import { tickCard } from './tick-card.ts';
import { verifyRollback } from './verify-rollback.ts';
import { watchStep } from './watch-step.ts';

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
    applyHolds,
    briefRole,
    announceFact,
    deliverUpdate,
    publishUpdate,
    advanceIncident,
    revisitDecision,
    expireRollback,
    tellApprovers,
    remindCare,
    finishUnlock,
    lockService,
    escalateRollback,
    runStep,
    watchStep,
    cancelStep,
    tickCard,
    verifyRollback,
  ].map((job) => [job.kind, job]),
);
