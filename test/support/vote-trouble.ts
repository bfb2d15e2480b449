import { planHashOf } from '../../src/domain/plan.ts';
import { missingFrom } from '../../src/domain/policy.ts';
import type { RollbackEvent, Vote } from '../../src/domain/rollback.ts';
import type { UserId } from '../../src/domain/words.ts';

type Asked = Extract<RollbackEvent, { type: 'rollback.requested' }>;

/** What was said so far, taken from the facts alone: nothing of what the rollback itself made of them is believed. */
interface Said extends Pick<Asked, 'plan' | 'planHash' | 'policy' | 'approveBy'> {
  authors: readonly UserId[];
  votes: readonly Vote[];
  glass?: UserId | undefined;
  ordered: boolean;
  executeBy?: number;
  begun: boolean;
}

/** Why a step could not begin at this time after these facts; empty when it could. Whether the glass was the breaker's to break, facts do not tell. */
export function voteTrouble(before: readonly RollbackEvent[], at: number): string[] {
  const [request, ...others] = before;
  if (request?.type !== 'rollback.requested') return ['nobody asked for it'];
  const { plan, planHash, policy, approveBy } = request;
  const asked: Said = { plan, planHash, policy, approveBy, authors: [request.by], votes: [], ordered: false, begun: false };
  const said = others.reduce(after, asked);
  const missing = missingOf(said);
  return [
    ...(planHashOf(said.plan) === said.planHash ? [] : ['the plan has another hash']),
    ...(missing === 0 ? [] : [`without ${missing} of its requirements`]),
    ...(said.ordered ? [] : ['nobody ordered the start']),
    ...(said.begun || said.executeBy === undefined || at < said.executeBy ? [] : ['too late']),
  ];
}

const missingOf = ({ policy, votes, glass }: Said): number => (glass === undefined ? missingFrom(policy, votes).length : 0);

function after(said: Said, event: RollbackEvent): Said {
  const { type } = event;
  if (type === 'rollback.edited') return afresh(said, event);
  if (type === 'rollback.approved') return counts(said, event) ? { ...said, votes: [...said.votes, event.vote] } : said;
  if (type === 'rollback.revoked') return without(said, [event.by]);
  if (type === 'rollback.votes-voided') return without(said, event.users);
  if (type === 'rollback.glass-broken') return { ...said, glass: event.by };
  if (type === 'rollback.cleared') return { ...said, executeBy: event.executeBy };
  if (type === 'rollback.start-ordered') return { ...said, ordered: missingOf(said) === 0 };
  return type === 'rollback.step-intended' ? { ...said, begun: true } : said;
}

/** Nothing that was said of another plan is left. Who only had the same one looked at again is no author of it. */
function afresh({ planHash: before, authors, begun }: Said, event: Extract<RollbackEvent, { type: 'rollback.edited' }>): Said {
  const { plan, planHash, policy, approveBy, by } = event;
  return { plan, planHash, policy, approveBy, authors: planHash === before ? authors : [...authors, by], votes: [], ordered: false, begun };
}

/** One person, one vote, in time, for exactly this plan, and never by whoever made it. */
const counts = (
  { votes, authors, planHash, approveBy }: Said,
  { by, at, vote, planHash: voted }: Extract<RollbackEvent, { type: 'rollback.approved' }>,
): boolean => voted === planHash && by === vote.user && at < approveBy && !authors.includes(by) && votes.every(({ user }) => user !== by);

/** What was ordered while enough had said yes is ordered anew when that is no more so. */
function without(said: Said, users: readonly UserId[]): Said {
  const glass = said.glass !== undefined && users.includes(said.glass) ? undefined : said.glass;
  const left = { ...said, glass, votes: said.votes.filter(({ user }) => !users.includes(user)) };
  return { ...left, ordered: said.ordered && missingOf(left) === 0 };
}
