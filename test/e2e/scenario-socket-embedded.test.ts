import { describe } from '@jest/globals';
import { playScenario } from './scenario.ts';

describe('the campaign over Socket Mode on the embedded database', () => {
  playScenario({ mode: 'socket', store: 'embedded' });
});
