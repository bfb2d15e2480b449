import { describeLane } from '../support/lanes.ts';
import { playPlans } from './plan-scenario.ts';

describeLane(['redis', 'postgres'], 'plans of several steps on Redis and PostgreSQL', () => {
  playPlans('servers');
});
