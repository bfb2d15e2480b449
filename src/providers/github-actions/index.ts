// Rolls code back by a workflow of the repository, and reads GitHub's deployments to know what runs. See README.md.
import type { RollbackTarget } from '../../ports.ts';
import { defineRollbackProvider } from '../define-provider.ts';
import { checkAccess } from './access.ts';
import { openApi } from './api.ts';
import { deployPathOf } from './deploy-path.ts';
import { effective, fingerprint, preview } from './preview.ts';
import { cancelRun, findRun, observeRun, startRun } from './runs.ts';
import { Settings, Target } from './schema.ts';
import { webhookOf } from './webhook.ts';

/** GitHub Actions, at github.com or an Enterprise server. */
export const githubActions = defineRollbackProvider({
  id: 'github-actions',
  Settings,
  Target,
  create(settings, target): RollbackTarget {
    const api = openApi(settings, target);
    const { pollMs } = settings;
    return {
      effect: 'observe', // a dispatch carries no key: it is looked for by the run's title before it is sent again
      capabilities: { cancel: 'best-effort', instant: false, reversible: true },
      check: () => checkAccess(api, target),
      preview: (to) => preview(api, target, to),
      fingerprint: (from, to) => fingerprint(api, from, to),
      find: (order) => findRun(api, order),
      start: (order, signal) => startRun(api, order, { signal, pollMs }),
      observe: (run) => observeRun(api, run, pollMs),
      cancel: (run) => cancelRun(api, run),
      effective: () => effective(api),
      ...deployPathOf(api, target),
    };
  },
  webhook: ({ webhookSecret }) => (webhookSecret === undefined ? undefined : webhookOf(webhookSecret)),
});
