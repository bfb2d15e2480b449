import type { Feature } from './feature.ts';
import { holdDeploys } from './hold/freeze.ts';
import { releaseDeploys } from './hold/release.ts';
import { openHome } from './home/open.ts';
import { declareIncident } from './incident/declare.ts';
import { lookAtIncidents } from './incident/look.ts';
import { resolveIncident } from './incident/resolve.ts';
import { assignRole } from './incident/role.ts';
import { setStatus } from './incident/status.ts';
import { publishUpdate } from './incident/update.ts';
import { approveRollback, rejectRollback, settleRollback, startRollback } from './rollback/approve.ts';
import { breakGlass } from './rollback/break-glass.ts';
import { careForRollback } from './rollback/care.ts';
import { editRollback } from './rollback/edit.ts';
import { decideWay } from './rollback/decide.ts';
import { followUp } from './rollback/follow-up.ts';
import { recallRollbacks } from './rollback/history.ts';
import { lookAtRollbacks } from './rollback/look.ts';
import { planRollback } from './rollback/plan.ts';
import { steerRollback } from './rollback/steer.ts';
import { requestRollback } from './rollback/request.ts';
import { lookAtTargets } from './rollback/targets.ts';

/** Everything a person can do, in the order in which help lists it. */
export const features: readonly Feature[] = [
  declareIncident,
  assignRole,
  setStatus,
  publishUpdate,
  decideWay,
  resolveIncident,
  lookAtIncidents,
  planRollback,
  requestRollback,
  approveRollback,
  rejectRollback,
  startRollback,
  editRollback,
  breakGlass,
  steerRollback,
  settleRollback,
  followUp,
  careForRollback,
  lookAtRollbacks,
  lookAtTargets,
  recallRollbacks,
  holdDeploys,
  releaseDeploys,
  openHome,
];
