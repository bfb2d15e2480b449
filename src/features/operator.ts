import type { Deps, Memberships, Operator } from '../ports.ts';
import { operateIncidents } from './incident/operator.ts';
import { operateRollbacks } from './rollback/operator.ts';

/** What people can do without Slack, for the command line and the page. */
export const createOperator = (deps: Deps, memory: Pick<Memberships, 'names'>): Operator => ({
  ...operateIncidents(deps),
  ...operateRollbacks(deps),
  names: memory.names,
});
