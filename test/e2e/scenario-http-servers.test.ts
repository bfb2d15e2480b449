import { describeLane } from '../support/lanes.ts';
import { playScenario } from './scenario.ts';

describeLane(['redis', 'postgres'], 'the campaign over HTTP on Redis and PostgreSQL', () =>
  playScenario({ mode: 'http', store: 'servers' }),
);
