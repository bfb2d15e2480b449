// Reads what GitHub calls us with when a run of the repository moves on. It only says where to look.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Hint, Webhook } from '../../ports.ts';

/** GitHub's webhook, signed with the secret that both sides know. */
export function webhookOf(secret: string): Webhook {
  return {
    verify: (header, rawBody) => {
      const wanted = createHmac('sha256', secret).update(rawBody).digest();
      const [, given] = /^sha256=([0-9a-f]{64})$/.exec(header('x-hub-signature-256') ?? '') ?? [];
      // Compared always, so that how long a no takes says nothing about why.
      const isSame = timingSafeEqual(wanted, Buffer.from(given ?? '0'.repeat(64), 'hex'));
      const [delivery] = /^[\w-]{1,80}$/.exec(header('x-github-delivery') ?? '') ?? [];
      return isSame && given !== undefined && delivery !== undefined ? { delivery } : undefined;
    },
    hints: (header, body) => {
      const event = header('x-github-event');
      if (event === 'workflow_run') return ofRun(RunEvent.safeParse(body).data);
      return event === 'workflow_job' ? ofJob(JobEvent.safeParse(body).data) : [];
    },
  };
}

const RunEvent = z.object({ workflow_run: z.object({ id: z.number(), display_title: z.string().nullish(), name: z.string().nullish() }) });
const JobEvent = z.object({ workflow_job: z.object({ run_id: z.number() }) });

/** A title is as long as somebody makes it. */
const wordsRead = 10;

/** The operation id is one of the words of the title, which the workflow's run-name puts there. */
function ofRun(event: z.output<typeof RunEvent> | undefined): Hint[] {
  if (!event) return [];
  const { id, display_title: title, name } = event.workflow_run;
  const words = `${title ?? ''} ${name ?? ''}`.slice(0, 1000).match(/\w[\w.-]{0,120}/g) ?? [];
  const operations = words.filter((word) => word.includes('.')).slice(0, wordsRead);
  return [...operations.map((operationId) => ({ operationId })), { ref: String(id) }];
}

const ofJob = (event: z.output<typeof JobEvent> | undefined): Hint[] => (event ? [{ ref: String(event.workflow_job.run_id) }] : []);
