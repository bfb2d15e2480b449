// Routes about environments and what GitHub asks before a job may use one. Runs wait for reviewers and timers, see gate.ts.
import type { Answer, Ask, Route } from '../http.ts';
import { body, found, refuse } from './answers.ts';
import { counted } from './paging.ts';
import { apiRoot, htmlRoot, iso, nodeId, user } from './shapes.ts';
import type { Environment, GithubState } from './state.ts';

const LONGEST_WAIT = 43_200;
const MOST_REVIEWERS = 6;

export function environmentRoutes(state: GithubState): Route[] {
  const environments = '/repos/:owner/:repo/environments';
  const one = `${environments}/:name`;
  return [
    ['GET', environments, (ask) => counted(ask, 'environments', state.environments, (item) => environmentShape(state, item))],
    ['GET', one, (ask) => ({ status: 200, body: environmentShape(state, environmentOf(state, ask)) })],
    ['PUT', one, (ask) => put(state, ask)],
    ['DELETE', one, (ask) => remove(state, ask)],
  ];
}

const environmentOf = (state: GithubState, { params }: Ask): Environment =>
  found(state.environments.find(({ name }) => name === params['name']));

/** Creates or replaces it: what is not named is not asked for any more. */
function put(state: GithubState, ask: Ask): Answer {
  const { wait_timer: wait = 0, reviewers, deployment_branch_policy: policy = null, prevent_self_review: prevent = false } = body(ask);
  if (typeof wait !== 'number' || !Number.isInteger(wait) || wait < 0 || wait > LONGEST_WAIT)
    refuse(422, `Validation Failed: wait_timer must be between 0 and ${LONGEST_WAIT}`);
  const asked = reviewers ?? [];
  if (!Array.isArray(asked) || asked.length > MOST_REVIEWERS) refuse(422, `Validation Failed: at most ${MOST_REVIEWERS} reviewers`);
  const environment: Environment = {
    id: state.nextId(),
    name: ask.params['name'] ?? '',
    waitMinutes: wait,
    reviewers: asked.map(reviewerOf),
    preventSelfReview: prevent === true,
    branches: branchesOf(policy),
    createdAt: state.now(),
  };
  state.environments = [...state.environments.filter(({ name }) => name !== environment.name), environment];
  return { status: 200, body: environmentShape(state, environment) };
}

/** The real service takes numbers; here names do, because nobody knows the numbers. */
function reviewerOf(reviewer: unknown): Environment['reviewers'][number] {
  const { type, id } = (reviewer ?? {}) as { type?: unknown; id?: unknown };
  if ((type !== 'User' && type !== 'Team') || (typeof id !== 'string' && typeof id !== 'number'))
    refuse(422, 'Validation Failed: reviewers need type and id');
  return { type, name: String(id) };
}

function branchesOf(policy: unknown): Environment['branches'] {
  if (policy === null) return undefined;
  const { protected_branches: isProtected, custom_branch_policies: isCustom } = policy as Record<string, unknown>;
  if (typeof isProtected !== 'boolean' || isProtected === isCustom)
    refuse(422, 'Validation Failed: protected_branches and custom_branch_policies cannot have the same value');
  return isProtected ? 'protected' : 'custom';
}

function remove(state: GithubState, ask: Ask): Answer {
  const gone = environmentOf(state, ask);
  state.environments = state.environments.filter((environment) => environment !== gone);
  return { status: 204 };
}

function environmentShape(state: GithubState, environment: Environment): unknown {
  const { id, name, waitMinutes, reviewers, preventSelfReview, branches, createdAt } = environment;
  const rule = (type: string, fields: object = {}) => ({ id: id + type.length, node_id: nodeId('GateRule', id), type, ...fields });
  const reviewer = ({ type, name: login }: Environment['reviewers'][number]) => ({
    type,
    reviewer: type === 'User' ? user(state, login) : { id, name: login, slug: login },
  });
  return {
    id,
    node_id: nodeId('Environment', id),
    name,
    url: `${apiRoot(state)}/environments/${encodeURIComponent(name)}`,
    html_url: `${htmlRoot(state)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: iso(createdAt),
    updated_at: iso(createdAt),
    protection_rules: [
      ...(waitMinutes > 0 ? [rule('wait_timer', { wait_timer: waitMinutes })] : []),
      ...(reviewers.length > 0
        ? [rule('required_reviewers', { prevent_self_review: preventSelfReview, reviewers: reviewers.map(reviewer) })]
        : []),
      ...(branches === undefined ? [] : [rule('branch_policy')]),
    ],
    deployment_branch_policy:
      branches === undefined ? null : { protected_branches: branches === 'protected', custom_branch_policies: branches === 'custom' },
  };
}
