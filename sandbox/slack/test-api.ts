import type { Core } from './core.ts';
/** placeholder */
export interface TestApi {
  core: Core;
}
export function createTestApi(core: Core): TestApi {
  return { core };
}
