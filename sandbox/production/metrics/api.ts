import type { Route } from '../http.ts';
import type { Samples } from './samples.ts';

export function queryRoutes(_source: { samples: Samples; now: () => number }): Route[] {
  return [['GET', '/-/ready', () => ({ status: 200, text: 'Prometheus Server is Ready.\n' })]];
}
