// GitHub calls about a run: whatever becomes of the calls on their way, what we know of the run is what GitHub says when it is asked.
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import type { WebhookTrouble } from '../../../sandbox/production/github/webhooks.ts';
import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { planHashOf } from '../../../src/domain/plan.ts';
import type { KnownRollback } from '../../../src/domain/rollback.ts';
import { rollback } from '../../../src/domain/rollback.ts';
import { createHear } from '../../../src/hints.ts';
import type { RollbackTarget } from '../../../src/ports.ts';
import { openTarget, openWebhooks } from '../../../src/providers/index.ts';
import { createRememberInput } from '../../../src/store/inbox.ts';
import { isOver } from '../../support/invariants.ts';
import { hire, type Mortal } from '../../support/mortal.ts';
import { approve, plan, policy, start } from '../../support/samples.ts';
import { onEachStore, type TestStore } from '../../support/stores.ts';
import { startWeb, type TestWeb } from '../../support/web-server.ts';

jest.setTimeout(30_000);

const secret = 'hush-hush-hush-hush';
const hourMs = 3_600_000;
const began = Date.now();
/** The time of the samples, going on as fast as the real one. */
const clock = (): number => start + 2000 + Date.now() - began;
const code = {
  provider: 'github-actions',
  repository: 'acme/shop',
  workflow: 'rollback.yml',
  inputs: { target: 'target', operation: 'op_id' },
  deployments: { environment: 'production' },
};

onEachStore('GitHub’s calls about a run that is looked at once an hour', (store) => {
  let production: Production;
  let target: RollbackTarget;
  let web: TestWeb;
  beforeAll(async () => {
    production = await startProduction({ runSeconds: 0.3, githubToken: 'test-token' });
    const settings = { apiUrl: production.githubUrl, token: 'test-token', allowPrivate: true, pollMs: hourMs, webhookSecret: secret };
    target = openTarget({ 'github-actions': settings }, code);
    const hear = createHear({
      remember: createRememberInput(store().db),
      queries: store().queries,
      outbox: store().outbox(),
      wake: { push: () => undefined }, // these workers look for themselves
      now: clock,
    });
    web = await startWeb({ hooks: { webhooks: openWebhooks({ 'github-actions': settings }), hear } });
    production.github.setWebhook({ url: web.url('/hooks/github-actions'), secret });
  });
  beforeEach(() => {
    production.github.webhooks.trouble = undefined;
    production.github.webhooks.deliveries.splice(0);
    production.github.setRunSeconds(0.3);
  });
  afterAll(async () => {
    await web.web.stop();
    await production.stop();
  });

  const worker = (now = clock): Mortal => hire({ store: store(), target, leaseMs: 5000, now });

  const stateOf = async (id: string): Promise<KnownRollback> => {
    const stored = await store().queries.rollback(id);
    if (!stored) throw new Error(`there is no ${id}`);
    return stored.state;
  };
  const stepOf = async (id: string) => (await stateOf(id)).steps[0];

  /** Everything that is due is done, for as long as this takes. */
  async function worked<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
    const hired = worker();
    for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(20)) {
      await hired.work();
      const seen = await look();
      if (holds(seen)) return seen;
    }
    throw new Error(`still ${JSON.stringify(await look())}`);
  }

  /** A rollback, started at GitHub and looked at once. */
  async function started(): Promise<{ id: string; ref: string }> {
    const id = await approved(store(), await planAt(target));
    const step = await worked(
      () => stepOf(id),
      (run) => run?.status === 'started' && run.message !== undefined,
    );
    return { id, ref: step?.ref ?? '' };
  }
  const runEnded = async (): Promise<void> => {
    await production.github.idle();
    await production.github.webhooks.idle();
  };
  const watchOf = async (id: string) =>
    store()
      .db.selectFrom('outbox')
      .select(['due_at', 'done_at'])
      .where('kind', '=', 'rollback.watch-step')
      .where('order_key', '=', `engine:${id}:0`)
      .executeTakeFirstOrThrow();

  it.each<[string, WebhookTrouble | undefined, number[]]>([
    ['in order', undefined, [202]],
    ['each twice', 'twice', [200, 202]],
    ['the end first and the beginning last', 'backwards', [202]],
  ])('bring the end of the run here at once when they come %s', async (_how, trouble, statuses) => {
    production.github.webhooks.trouble = trouble;
    const { id, ref } = await started();
    await runEnded();
    const step = await worked(
      () => stepOf(id),
      (run) => run?.status !== 'started',
    );
    expect(step).toMatchObject({ ref, status: 'succeeded' });
    expect(new Set(production.github.webhooks.deliveries.map(({ status }) => status))).toEqual(new Set(statuses));
    await worked(() => stateOf(id), isOver);
    expect(await stepOf(id)).toEqual(step);
  });

  it.each<[WebhookTrouble, number[]]>([
    ['lost', []],
    ['forged', [401]],
  ])('may be %s: then the run is looked at when its time has come', async (trouble, statuses) => {
    production.github.webhooks.trouble = trouble;
    const { id } = await started();
    const { due_at: due } = await watchOf(id);
    await runEnded();
    await worker().work();
    expect(await stepOf(id)).toMatchObject({ status: 'started' });
    expect((await watchOf(id)).due_at).toBe(due);
    expect(new Set(production.github.webhooks.deliveries.map(({ status }) => status))).toEqual(new Set(statuses));
    await worker(() => clock() + 1.01 * hourMs).work();
    expect(await stepOf(id)).toMatchObject({ status: expect.stringMatching(/succeeded|unknown/) });
  });

  const send = async (event: unknown, delivery = randomUUID()): Promise<number> => {
    const body = JSON.stringify(event);
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'workflow_run',
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    };
    return (await fetch(web.url('/hooks/github-actions'), { method: 'POST', headers, body })).status;
  };

  it('A22: are not believed when somebody who knows the secret makes them up: the run is looked at, once a second', async () => {
    production.github.setRunSeconds(4);
    production.github.webhooks.trouble = 'lost';
    const { id, ref } = await started();
    const lie = { id: Number(ref), display_title: `rollback ${id}.1`, status: 'completed', conclusion: 'failure' };
    const looksBefore = looksAt(production, ref);
    for (let times = 0; times < 20; times += 1) expect(await send({ action: 'completed', workflow_run: lie })).toBe(202);
    await worked(
      () => Promise.resolve(looksAt(production, ref)),
      (looks) => looks > looksBefore,
    );
    expect(looksAt(production, ref)).toBe(looksBefore + 1);
    expect(await stepOf(id)).toMatchObject({ status: 'started', message: expect.stringContaining('job 1 of 1') });
    await runEnded();
    expect(await send({ action: 'requested', workflow_run: { ...lie, status: 'queued' } })).toBe(202);
    expect(
      await worked(
        () => stepOf(id),
        (run) => run?.status !== 'started',
      ),
    ).toMatchObject({ status: 'succeeded' });
  });

  it('find the run by its number alone where the title does not tell the operation', async () => {
    production.github.webhooks.trouble = 'lost';
    const { id, ref } = await started();
    await runEnded();
    expect(await send({ action: 'completed', workflow_run: { id: Number(ref), display_title: 'v2.1 goes back', name: 'Roll back' } })).toBe(
      202,
    );
    expect(
      (
        await worked(
          () => stepOf(id),
          (run) => run?.status !== 'started',
        )
      )?.status,
    ).toBe('succeeded');
  });

  it('change nothing when they are about runs of others, about runs that ended, or come once more', async () => {
    const { id, ref } = await started();
    await runEnded();
    const ended = await worked(() => stateOf(id), isOver);
    const before = await watchOf(id);
    const { webhooks } = production.github;
    for (const { id: delivery, event } of webhooks.deliveries.slice()) {
      expect(await webhooks.redeliver(delivery)).toBe(event.startsWith('workflow_') ? 200 : 202);
    }
    for (const title of ['deploy v42', `rollback ${id}.1`, `rollback ${id}.99`, 'rollback rb_nobody.1', `${id}.0`, '.'.repeat(500)])
      expect(await send({ action: 'completed', workflow_run: { id: 1, display_title: title } })).toBe(202);
    expect(await send({ action: 'in_progress', workflow_run: { id: Number(ref), display_title: null } })).toBe(202);
    await worker().work();
    expect(await stateOf(id)).toEqual(ended);
    expect(await watchOf(id)).toEqual(before);
  });

  it('are heard once, however many come at the same moment under one id', async () => {
    const event = { action: 'completed', workflow_run: { id: 1, display_title: 'rollback rb_nobody.1' } };
    const delivery = randomUUID();
    const statuses = await Promise.all(Array.from({ length: 10 }, () => send(event, delivery)));
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(9);
  });
});

/** How often this run was asked for. */
const looksAt = ({ github }: Production, ref: string): number =>
  github.requests().filter(({ path }) => path.endsWith(`/actions/runs/${ref}`)).length;

/** One step from the one of two versions that runs to the other, as GitHub knows them. */
async function planAt(target: RollbackTarget): Promise<Plan> {
  const { current: now } = await target.preview();
  const { current, target: to, fingerprint, change } = await target.preview(now?.label === 'v40' ? 'v41' : 'v40');
  const [step] = plan(`shop-${randomUUID()}`).steps;
  if (!step || !current || !to || !change) throw new Error('there is nothing to go back to');
  return { ...plan(step.service), steps: [{ ...step, target: { name: 'shop' }, from: current, to, change, fingerprint }] };
}

async function approved({ execute, declared, requested }: TestStore, asked: Plan): Promise<string> {
  const planHash = planHashOf(asked);
  const id = await requested(await declared(), { plan: asked, planHash, policy: policy(1) });
  await execute(rollback, id, approve('UADA', { planHash }));
  return id;
}
