/**
 * The names of everything that can be clicked or submitted: action ids of buttons, callback ids of modals. An id is the name of the
 * command it leads to; `open…` only opens a modal. A block never holds the same action id twice: Slack refuses that.
 */
export const ids = {
  /** Modal, and the global shortcut of manifest.yml. Fields: title, severity, service?, impact?. Metadata: { origin? }. */
  declareIncident: 'incident.declare',
  /** Message shortcut of manifest.yml. */
  declareFromMessage: 'incident.declare-from-message',
  /** Button: {}. */
  openDeclare: 'incident.open-declare',
  /** Button: {}. */
  listIncidents: 'incident.list',
  /** Button: { id, role }. */
  claimRole: 'incident.claim-role',
  /** Button: { id, audience }. */
  openUpdate: 'incident.open-update',
  /** Modal. Field: text. Metadata: { id, audience, nextAt? }. */
  publishUpdate: 'incident.publish-update',
  /** Button: { id }. */
  openStatus: 'incident.open-status',
  /** Modal. Fields: status, note?. Metadata: { id }. */
  setStatus: 'incident.set-status',
  /** Button: { id }. */
  openResolve: 'incident.open-resolve',
  /** Modal. Field: note?. Metadata: { id }. */
  resolveIncident: 'incident.resolve',
  /** Button: { id }. */
  openFreeze: 'incident.open-freeze',
  /** Modal. Fields: scope, reason. Metadata: { id }. */
  freeze: 'incident.freeze',
  /** Button: { id, scope? }. */
  openUnfreeze: 'incident.open-unfreeze',
  /** Modal. Fields: scope, reason. Metadata: { id }. */
  unfreeze: 'incident.unfreeze',
  /** Button: { id }. */
  openDecide: 'incident.open-decide',
  /** Modal. Fields: fixInSight, fixRisk, choice, minutes, reason. Metadata: { id, service?, environment?, seen, at }. */
  decide: 'incident.decide',
  /** Menus inside it: what it is about (`parseTarget`), and the two answers that change the recommendation. */
  decideAbout: 'incident.decide-about',
  answerFix: 'incident.decide-fix',
  answerRisk: 'incident.decide-risk',
  /** Button “Roll back” or “Plan rollback”: { id, service?, environment?, to? } where id is the incident's. */
  openRequest: 'rollback.open-request',
  /** Menu inside the request modal; the chosen value reads `service/environment` (`parseTarget`). Metadata: { id }, the incident's. */
  chooseTarget: 'rollback.choose-target',
  /** Modal. Fields: version, reason. Metadata: { id, service, environment }, the incident's id. */
  requestRollback: 'rollback.request',
  /** Button: { id, planHash }, so that a click on an old card cannot approve a new plan. */
  approveRollback: 'rollback.approve',
  /** Button: { id, planHash, start? }. Opens the form that asks for the service's name. */
  openApprove: 'rollback.open-approve',
  /** Modal. Field: typed. Metadata: { id, planHash, start? }. */
  approveTyped: 'rollback.approve-typed',
  /** Button: { id, planHash }. */
  approveAndStart: 'rollback.approve-and-start',
  /** Button: { id, planHash }. */
  startRollback: 'rollback.start',
  /** Button: { id }. */
  revokeApproval: 'rollback.revoke',
  /** Button: { id }. */
  openEdit: 'rollback.open-edit',
  /** Modal. Field: version?. Metadata: { id }. */
  editRollback: 'rollback.edit',
  /** Button: { id, planHash }. */
  openBreakGlass: 'rollback.open-break-glass',
  /** Modal. Fields: reason, typed. Metadata: { id, planHash }. */
  breakGlass: 'rollback.break-glass',
  /** Button: { id }. */
  openReject: 'rollback.open-reject',
  /** Modal. Field: reason. Metadata: { id }. */
  rejectRollback: 'rollback.reject',
  /** Button: { id }. */
  showDetails: 'rollback.details',
  /** Button: { id }. Opens the modal that gives a rollback up. */
  openSettle: 'rollback.open-settle',
  /** Button { id, choice: 'verify' }, and the modal that gives up: field reason, metadata { id, choice: 'abandon' }. */
  settleRollback: 'rollback.settle',
  /** Button: { id }. */
  openCancel: 'rollback.open-cancel',
  /** Modal. Field: reason. Metadata: { id }. */
  cancelRollback: 'rollback.cancel',
  /** Button: { id }. */
  compensateRollback: 'rollback.compensate',
  /** Button: { id, step }. */
  passGate: 'rollback.pass-gate',
  /** Buttons: { id, step, back? }. */
  settleStepRan: 'rollback.settle-step-ran',
  settleStepAgain: 'rollback.settle-step-again',
  settleStepSkip: 'rollback.settle-step-skip',
  /** Button: { id }. Opens the request form with the same target and reason. */
  openRetry: 'rollback.open-retry',
  /** Button: { id }. */
  callHelp: 'rollback.call-help',
  /** Button: { id, item }: one thing of the after-care is done. */
  finishCare: 'rollback.finish-care',
  /** Button: { id }. */
  openUnlock: 'rollback.open-unlock',
  /** Modal. Field: reason. Metadata: { id }. */
  unlockService: 'rollback.unlock-service',
  /** Button: { id }. */
  openReview: 'rollback.open-review',
  /** Modal. Field: note. Metadata: { id }. */
  reviewGlass: 'rollback.review-glass',
  /** Button: { id }: the presser sees to what is left. */
  takeCare: 'rollback.take-care',
  /** Button: { name, before }: the rollbacks of a service or plan before this number. */
  olderRollbacks: 'rollback.older',
  /** Button that only opens an address: acknowledged, nothing else. */
  link: 'link',
} as const;

export type ActionId = (typeof ids)[keyof typeof ids];

const maxValue = 2000;

/** What a button carries: ids, never texts or state. */
export function buttonValue(value: Readonly<Record<string, string | number | undefined>>): string {
  const json = JSON.stringify(value);
  if (json.length > maxValue) throw new Error(`a button's value has ${json.length} characters; it may carry ids only`);
  return json;
}
