/** What the gallery shows: one believable incident of a shop, and a rollback of it in every state. */
import type { CareItem } from '../../src/domain/after-care.ts';
import type { Plan, Step } from '../../src/domain/plan.ts';
import type { KnownRollback, RollbackStatus } from '../../src/domain/rollback.ts';
import { aPlan, aRollback, anIncident, manners, noon } from '../../test/unit/views/examples.ts';

export const minute = 60_000;
const say = manners.ordinary;

/** The pictures are taken now, so the times on them are near. */
export const incident = anIncident(say, {
  title: 'Checkout fails for a third of customers',
  services: ['shop'],
  impact: 'About one checkout in three ends on an error page',
  status: 'mitigating',
  roles: { ic: 'U1', tl: 'U2', cc: 'U3' },
});

const [code] = aPlan().steps;

const commit = (sha: string, title: string) => ({ sha, title, author: 'dev' });

/** What went out with v42. */
const taken = {
  from: { ...code!.from, id: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334' },
  change: {
    summary: '4 commits are taken out',
    url: 'https://github.test/compare',
    commits: [
      commit('a1b2c3d4', 'Show the promotion on every page'),
      commit('5e6f7a8b', 'Ask the discount service once per item'),
      commit('9c0d1e2f', 'Let the banner be switched by a flag'),
      commit('3a4b5c6d', 'Rename the basket'),
    ],
  },
};

const step = (id: string, change: Partial<Step>): Step => ({ ...code!, id, service: 'shop', needs: [], ...change });

const weights = { from: { v41: 0, v42: 100 }, to: { v41: 100, v42: 0 } };

/** Traffic and flag side by side, then the code: the case of the demo. */
export const campaign: Plan = {
  ...aPlan(),
  name: 'campaign',
  service: 'shop',
  steps: [
    step('shift-traffic', {
      kind: 'traffic',
      provider: 'http',
      target: { name: 'balancer weights' },
      from: { id: JSON.stringify(weights.from), label: JSON.stringify(weights.from), health: 'unknown' },
      to: { id: JSON.stringify(weights.to), label: JSON.stringify(weights.to), health: 'unknown' },
      change: { summary: 'balancer weights: v41: 0 → 100, v42: 100 → 0', commits: [] },
    }),
    step('promotion-off', {
      kind: 'config',
      provider: 'http',
      target: { name: 'promo-banner' },
      from: { id: 'true', label: 'true', health: 'unknown' },
      to: { id: 'false', label: 'false', health: 'unknown' },
      change: { summary: 'promo-banner: true → false', commits: [] },
    }),
    step('code', { ...taken, needs: ['shift-traffic', 'promotion-off'] }),
  ],
};

const single: Plan = { ...aPlan(), service: 'shop', steps: [step('code', taken)] };

/** A rollback of the shop: of its code alone, or by the whole plan. */
export const rollback = (status: RollbackStatus, change: Partial<KnownRollback> = {}): KnownRollback =>
  aRollback(status, say, { plan: single, ...change });

export const planned = (status: RollbackStatus, change: Partial<KnownRollback> = {}): KnownRollback =>
  rollback(status, { plan: campaign, ...change });

export const twoRequirements: KnownRollback['policy'] = {
  ...aRollback().policy,
  typeServiceName: true,
  require: [
    { approvals: 2, roles: ['ic', 'tl'], groups: ['@sre-leads'] },
    { approvals: 1, roles: [], groups: ['@dba'] },
  ],
};

export const separate: KnownRollback['policy'] = {
  ...aRollback().policy,
  require: [{ approvals: 1, roles: ['ic', 'tl'], groups: [] }],
  start: 'separate',
};

export const blocking: KnownRollback['checks'] = [
  { code: 'freeze', level: 'block', text: 'Deploys of everything are held by INC-9 until its owner releases them.' },
  { code: 'migration', level: 'warn', text: '1 expand migration lies between v41 and v42, it is safe' },
  { code: 'artifact', level: 'pass', text: 'the artifact of v41 exists' },
];

export const glass = { by: 'U1', at: noon + minute, reason: 'nobody else is awake and every minute costs orders' };

const done = { by: 'U3', at: noon + 30 * minute, note: 'merged as #812' };

export const care: CareItem[] = [
  { id: 'unlock', kind: 'unlock', text: 'Unlock shop: deploys of it are held since this rollback began' },
  {
    id: 'revert:code',
    kind: 'revert',
    text: 'Revert v42 in the repository, or the next deploy ships it again',
    url: 'https://github.test/compare',
    done,
  },
  {
    id: 'restore:shift-traffic',
    kind: 'restore',
    text: 'Send traffic as before once it is safe: this rollback changed balancer weights: v41: 0 → 100, v42: 100 → 0',
  },
  { id: 'restore:promotion-off', kind: 'restore', text: 'Put promo-banner back from false to true once it is safe' },
  {
    id: 'review',
    kind: 'review',
    text: 'Review the break-glass of RB-7 in the postmortem: “nobody else is awake and every minute costs orders”',
  },
];
