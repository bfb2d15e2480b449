// The workflow that deploys: what a freeze switches off so that nothing new ships.
import { ProviderError, type DeployPath } from '../../ports.ts';
import type { Api } from './api.ts';
import type { Target } from './schema.ts';

/** The deploy path, where the configuration names one. */
export function deployPathOf(api: Api, { deployWorkflow, repository }: Target): { deployPath?: DeployPath } {
  if (deployWorkflow === undefined) return {};
  const state = async () => ((await api.workflow(deployWorkflow)).state === 'active' ? ('open' as const) : ('closed' as const));
  const bring = (to: 'open' | 'closed') => bringTo(api, { workflow: deployWorkflow, to, state });
  const name = `${deployWorkflow} of ${repository}`;
  return { deployPath: { name, state, close: () => bring('closed'), open: () => bring('open') } };
}

interface Wish {
  workflow: string;
  to: 'open' | 'closed';
  state: () => Promise<'open' | 'closed'>;
}

/** Looks first: GitHub refuses to switch off what is off. After a lost answer the state itself tells whether it was done. */
async function bringTo(api: Api, { workflow, to, state }: Wish): Promise<void> {
  if ((await state()) === to) return;
  try {
    await api.switchWorkflow(workflow, to === 'closed' ? 'disable' : 'enable');
  } catch (error) {
    const mayBeDone = error instanceof ProviderError && (error.kind === 'unknown' || error.kind === 'refused');
    if (!mayBeDone || (await state()) !== to) throw error;
  }
}
