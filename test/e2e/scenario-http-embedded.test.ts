import { describe } from '@jest/globals';
import { playScenario } from './scenario.ts';

describe('the campaign over HTTP on the embedded database', () => {
  playScenario({ mode: 'http', store: 'embedded' });
});
