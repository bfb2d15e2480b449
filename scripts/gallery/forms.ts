/** Every form that is about a rollback, a hold or a decision. */
import { recommend } from '../../src/domain/decide-rule.ts';
import { approveModal, breakGlassModal } from '../../src/views/approval-modals.ts';
import type { Modal } from '../../src/views/blocks.ts';
import { reviewModal, unlockModal } from '../../src/views/care-modals.ts';
import type { Weighing } from '../../src/views/decide-facts.ts';
import { decideModal } from '../../src/views/decide-modal.ts';
import { freezeModal, releaseModal } from '../../src/views/hold-modals.ts';
import { cancelModal, rejectModal, settleModal } from '../../src/views/reject-modal.ts';
import { editModal } from '../../src/views/request-modal.ts';
import { resolveModal } from '../../src/views/resolve-modal.ts';
import { manners, noon, version } from '../../test/unit/views/examples.ts';
import { blocking, glass, incident, minute, planned, rollback, separate, twoRequirements } from './examples.ts';

const asked = { id: 'rb1', rollback: rollback('requested', { policy: twoRequirements }) };
const path = { service: 'shop', environment: 'production', name: 'deploy.yml of acme/shop' };
const lock = { id: 'hold-1', scope: 'shop', reason: 'RB-7 rolls it back', by: 'warroom', rollback: 7, at: noon } as const;
const holding = { ...incident, state: { ...incident.state, holds: [lock] } };

const weighing: Weighing = {
  service: 'shop',
  environment: 'production',
  at: noon,
  current: version(manners.ordinary, 'v42', { health: 'unknown' }),
  checks: rollback('requested').checks,
  facts: {
    sinceDeployMs: 12 * minute,
    objectives: [{ name: 'errors', state: 'breached', text: 'checkout errors 12 % (needs < 1 %)' }],
    rollback: { state: 'possible', text: 'back to v41', careful: ['1 expand migration, it is safe'] },
    flag: { state: 'impossible', text: 'no plan with a config step is configured' },
    lastRollbackMs: 4 * minute,
  },
  last: { name: 'RB-5', status: 'recovered', ms: 4 * minute },
};

const targets = [{ service: 'shop', environment: 'production' }];
const candidates = ['v41', 'v40'].map((label, index) => version(manners.ordinary, label, { id: `${index}`.repeat(40) }));

/** By what they are for. */
export const forms: Record<string, Modal> = {
  'approve with the typed name': approveModal({ ...asked, start: false }),
  'approve and start': approveModal({
    id: 'rb1',
    rollback: planned('requested', { policy: { ...separate, typeServiceName: true } }),
    start: true,
  }),
  'break glass': breakGlassModal(asked),
  'break glass past the checks': breakGlassModal({ id: 'rb1', rollback: rollback('requested', { checks: blocking, votes: [] }) }),
  edit: editModal({
    ...asked,
    state: { kind: 'ready', current: version(manners.ordinary, 'v42'), candidates, lastKnownGood: candidates[0] },
  }),
  'edit a plan': editModal({ id: 'rb1', rollback: planned('requested'), state: { kind: 'fixed' } }),
  reject: rejectModal(asked),
  'call off': cancelModal({ id: 'rb1', rollback: planned('executing') }),
  'give up': settleModal({ id: 'rb1', rollback: planned('not recovered') }),
  unlock: unlockModal({ id: 'rb1', rollback: planned('recovered'), hold: lock }),
  'unlocked already': unlockModal({ id: 'rb1', rollback: planned('recovered'), hold: undefined }),
  review: reviewModal({ id: 'rb1', rollback: planned('recovered', { glass }) }),
  'hold deploys': freezeModal({ incident, services: ['shop', 'search'], paths: [path] }),
  release: releaseModal({ incident: holding }),
  decide: decideModal({
    incident,
    user: 'U1',
    targets,
    chosen: targets[0],
    seen: 0,
    state: { kind: 'ready', weighing, answers: { fixInSight: 'no' }, recommendation: recommend({ ...weighing.facts, fixInSight: 'no' }) },
  }),
  resolve: resolveModal(holding),
};
