import { describeLane } from '../support/lanes.ts';
import { playScenario } from './scenario.ts';

describeLane(['redis', 'postgres'], 'the campaign over Socket Mode on Redis and PostgreSQL', () =>
  playScenario({ mode: 'socket', store: 'servers' }),
);
