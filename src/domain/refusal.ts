/**
 * Everything a person (or a job) is refused, on one page: code -> text. A refusal says why and what would be right; it is
 * thrown by a guard and caught once per edge. `{name}` is filled from the facts given.
 */
export const refusals = {
  no_incident: 'There is no incident {ref}. `/incident list` shows the open ones.',
  not_in_room: 'This is not a war room. Name the incident, for example `{example}`.',
  incident_over: 'INC-{number} is {status}: {command} is not possible any more.',
  already_declared: 'This incident was declared already.',
  title_missing: 'Say in a few words what is broken, for example “checkout fails for a third of customers”.',
  title_too_long: 'The title has {length} characters; at most 200 fit. The rest can follow as an update.',
  unknown_service: 'There is no service “{service}”. {hint}',
  unknown_environment: 'Service {service} has no environment “{environment}”. It has: {known}.',
  unknown_severity: '“{severity}” is no severity. Use sev1, sev2, sev3 or sev4.',
  unknown_status: '“{status}” is no status. Use investigating, identified, mitigating, monitoring or resolved.',
  unknown_audience: '“{audience}” is no audience. Use internal, external or support.',
  unknown_user: '“{text}” is not a person here. Mention somebody, or say `me` or `none`.',
  not_a_member: '{user} cannot hold a role: {standing}.',
  role_needed: 'An incident always has an Incident Commander. Hand over with `/incident ic @somebody`.',
  rollback_running:
    'Not yet: {rollback} is still {status}. Resolve when it has ended. A request nobody needs any more ends with `/rollback reject {rollback}`.',
  update_empty: 'The update has no text.',
  update_too_long: 'The update has {length} characters; at most 3000 fit.',
  update_leaks: 'Not published: customers would read {findings}. Say it in plain words, without names of hosts, versions or people.',
  no_rollback: 'There is no rollback {ref}. `/rollback status` shows those of this incident.',
  no_target: 'Nothing to roll {service} ({environment}) back to: {reason}.',
  unknown_version: '“{version}” was never deployed to {service} ({environment}). {hint}',
  already_live: '{service} ({environment}) is already at {version}.',
  checks_block: 'The checks stop this rollback: {reasons}',
  already_running:
    '{rollback} is already running for {service} ({environment}). Only one rollback at a time: wait until it has ended, `/rollback status` shows it.',
  live_conflict: 'Another rollback of the same service is already running. Only one at a time: `/rollback status` shows it.',
  already_requested: '{rollback} already asks for the same rollback of {service} ({environment}). Approve that one.',
  self_approval: 'You asked for this rollback, so somebody else has to approve it: {needs}.',
  not_an_approver: 'This rollback needs an approval by {needs}. You are not one of them.',
  own_edit: 'You changed this plan, so somebody else has to approve it: {needs}.',
  approval_blocked:
    'Not recorded: the checks stop {rollback}: {reasons} Clear that up and press Edit plan, which looks again. Only {glass} may go past it, by breaking the glass.',
  service_not_typed: 'Not recorded: type the name of the service, `{service}`, to show that you mean it.',
  no_vote: 'You have not approved {rollback}, so there is nothing to take back.',
  revoke_too_late: '{rollback} has begun: an approval cannot be taken back any more. Call it off instead.',
  edit_too_late: '{rollback} has begun: its plan cannot be changed any more. Call it off instead.',
  glass_not_yours: 'Only {needs} may break the glass.',
  glass_never: 'Step {step} destroys data that no rollback brings back: it never goes ahead without its approvals.',
  glass_reason: 'The reason has {length} characters; at least 20 are needed. Everybody who was skipped reads it.',
  glass_used_up: 'You broke the glass {times} times in the last 24 hours; that is the limit. Somebody else has to, or ask for approvals.',
  own_review: 'You broke the glass, so somebody else reviews it.',
  already_held: '{scope} is held already, since {time}: {reason}.',
  not_held: '{scope} is not held. {hint}',
  held_by_several: '{scope} is held by {incidents}. Say which one lets go of it, for example `{example}`.',
  approver_standing: 'You cannot approve: {standing}. Only full members of this workspace can.',
  standing_unknown: 'Not recorded: Slack did not tell us in time whether you may approve. Press again.',
  slack_silent: 'Not recorded: Slack cannot be asked whether you may do this, {why}. Try again, or ask somebody else.',
  bad_operation: 'Not possible: {rollback} is {status}. What can be done now: {offers}.',
  approval_expired: 'Too late: this request expired at {time}. Request the rollback again; the checks run afresh.',
  plan_changed: 'This card is out of date: the plan changed since it was drawn. Look at the current card before you approve.',
  rollback_not_now: '{rollback} is {status}: {command} is not possible now.',
  no_new_start: 'Nothing of {rollback} is started any more. Say whether the step ran, or leave it out.',
  still_moving: 'Not yet: another step of {rollback} is still running. Call it off or wait until it has ended, then decide.',
  nothing_to_undo: 'Nothing of {rollback} can be undone from here.',
  not_a_decider: 'Deciding is for {deciders}. Tell them what you see, or take over the role first: `/incident tl me`.',
  decided_meanwhile: '{user} decided “{choice}” while this form was open. Read that first, then decide again if it is wrong.',
  timebox_out_of_range: '{minutes} minutes are no time to come back after: choose from 1 minute to 24 hours.',
  reason_missing: 'Say why, in a few words: it is written into the timeline.',
  stale_worker: 'Another worker took over; this result is ignored.',
  members_only: 'You can look, but not change anything here: {standing}.',
  text_too_long: 'That text has {length} characters; at most {max} fit. Shorten it, or put the details into an update.',
  other_workspace: 'Only people of the workspace that runs Warroom can do this.',
  not_your_form: 'Not recorded: this form was opened by somebody else. Open it yourself, from the card or by the command.',
  foreign_reply: 'Not recorded: this did not come from Slack as Slack sends it. Type it again.',
  form_too_late: 'The form did not open: Slack allows 3 seconds for it, and they were over. Nothing was recorded. Type or press it again.',
  unknown_verb: '`{command} {verb}` is not known. {hint}',
  usage: '{text}',
} as const;

export type RefusalCode = keyof typeof refusals;
export type RefusalFacts = Record<string, string | number>;

/** A person may not do this (now), for the reason given. Expected, never logged as an error; final in a job. */
export class Refusal extends Error {
  override name = 'Refusal' as const;
  readonly code: RefusalCode;
  readonly facts: RefusalFacts;

  constructor(code: RefusalCode, facts: RefusalFacts = {}) {
    super(refusals[code].replace(/\{(\w+)\}/g, (_, key: string) => String(facts[key] ?? '?')));
    this.code = code;
    this.facts = facts;
  }
}

/** What is typed in a command has no form that would hold it back. @throws Refusal when it is longer than fits */
export function assertFits(text: string | undefined, max: number): void {
  if (text !== undefined && text.length > max) throw new Refusal('text_too_long', { length: text.length, max });
}
