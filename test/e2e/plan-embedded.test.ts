import { describe } from '@jest/globals';
import { playPlans } from './plan-scenario.ts';

describe('plans of several steps on the embedded database', () => {
  playPlans('embedded');
});
