// The day of the campaign, as it really went: somebody switches the banner on, and v42 goes out by the normal workflow.
import type { FlagService } from './flags/flags.ts';
import type { Github } from './github/github.ts';

export interface Campaign {
  /** Switches the banner on and dispatches the deployment of v42. Resolves when the run was accepted, not when it is over. */
  start(): Promise<{ runId: number; runUrl: string }>;
}

/** The campaign does only what a person with the same tokens could do. */
export function createCampaign({ flags, github }: { flags: FlagService; github: Github }): Campaign {
  return {
    async start() {
      await call(`${flags.url}/flags/promo-banner`, flags.token, { method: 'PUT', body: { enabled: true, comment: 'campaign starts' } });
      const body = { ref: 'main', inputs: { version: 'v42' }, return_run_details: true };
      const path = '/repos/acme/shop/actions/workflows/deploy.yml/dispatches';
      const answer = (await call(`${github.url}${path}`, github.token(), { method: 'POST', body })) as {
        workflow_run_id: number;
        html_url: string;
      };
      return { runId: answer.workflow_run_id, runUrl: answer.html_url };
    },
  };
}

async function call(url: string, token: string, { method, body }: { method: string; body: unknown }): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
