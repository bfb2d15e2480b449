import { expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { incident } from '../../../src/domain/incident.ts';
import { planHashOf } from '../../../src/domain/plan.ts';
import { rollback } from '../../../src/domain/rollback.ts';
import { approve, beginStep, plan, policy, reject, start } from '../../support/samples.ts';
import { onEachStore } from '../../support/stores.ts';

onEachStore('the questions', (store) => {
  it('find an incident by its id, its number and its room', async () => {
    const { queries, execute, declared } = store();
    const id = await declared();
    const room = { id: `C${randomUUID()}`, name: 'inc-1-checkout' };
    await execute(incident, id, { type: 'incident.attach-room', room, by: 'warroom', at: start });
    const byId = await queries.incident(id);
    expect(byId).toMatchObject({ id, version: 2, state: { room, status: 'investigating' } });
    expect(await queries.incidentByNumber(byId?.state.number ?? 0)).toEqual(byId);
    expect(await queries.incidentByRoom(room.id)).toEqual(byId);
    expect(await queries.incident('inc_unknown')).toBeUndefined();
    expect(await queries.incidentByRoom('C0')).toBeUndefined();
  });

  it('list the open incidents, newest first, and no resolved one', async () => {
    const { queries, execute, declared } = store();
    const [older, over, newer] = [await declared(), await declared(), await declared()];
    await execute(incident, over, { type: 'incident.resolve', by: 'UADA', at: start });
    const open = (await queries.openIncidents()).map(({ id }) => id);
    expect(open.filter((id) => [older, over, newer].includes(id))).toEqual([newer, older]);
  });

  it('tell the rollbacks of an incident, those of a service and the one that is live', async () => {
    const { queries, execute, declared, requested } = store();
    const id = await declared();
    const asked = plan(`svc-${randomUUID()}`);
    const part = { plan: asked, planHash: planHashOf(asked), policy: policy(1) };
    const first = await requested(id, part);
    await execute(rollback, first, reject('UADA'));
    const second = await requested(id, part);
    expect(await queries.liveRollback(asked.service, 'production')).toBeUndefined();
    await execute(rollback, second, approve('UADA', { planHash: part.planHash }));

    expect((await queries.rollbacksOf(id)).map((each) => each.id)).toEqual([first, second]);
    expect((await queries.rollbackHistory(asked.service, 10)).map((each) => each.id)).toEqual([second, first]);
    expect(await queries.rollbackHistory(asked.service, 1)).toHaveLength(1);
    const live = await queries.liveRollback(asked.service, 'production');
    expect(live).toMatchObject({ id: second, state: { status: 'approved' } });
    expect(await queries.rollbackByNumber(live?.state.number ?? 0)).toEqual(live);
    expect(await queries.rollback(second)).toEqual(live);
    expect(await queries.liveRollback(asked.service, 'staging')).toBeUndefined();
  });

  it('tell what somebody still sees to, until all of it is done', async () => {
    const { queries, execute, declared, requested } = store();
    const [owner, asked] = [`U${randomUUID()}`, plan(`svc-${randomUUID()}`)];
    const id = await requested(await declared(), { plan: asked, planHash: planHashOf(asked), policy: policy(1) });
    await execute(rollback, id, approve('UADA', { planHash: planHashOf(asked) }));
    await execute(rollback, id, beginStep(['UADA'], { planHash: planHashOf(asked) }));
    await execute(rollback, id, { type: 'rollback.finish-step', step: 0, outcome: 'failed', reason: 'exit 1', by: 'warroom', at: start });
    expect(await queries.openCareOf(owner)).toEqual([]);
    await execute(rollback, id, { type: 'rollback.take-care', by: owner, at: start });
    expect((await queries.openCareOf(owner)).map((each) => each.id)).toEqual([id]);
    await execute(rollback, id, { type: 'rollback.finish-care', item: 'unlock', by: owner, at: start });
    expect(await queries.openCareOf(owner)).toEqual([]);
  });

  it('tell the history of a service in pages, and that of one plan', async () => {
    const { queries, execute, declared, requested } = store();
    const id = await declared();
    const service = `svc-${randomUUID()}`;
    for (const name of ['campaign', undefined, 'campaign']) {
      const asked = { ...plan(service), ...(name && { name }) };
      await execute(rollback, await requested(id, { plan: asked, planHash: planHashOf(asked) }), reject('UADA'));
    }
    const [newest, middle, oldest] = await queries.rollbackHistory(service, 10);
    expect(await queries.rollbackHistory(service, 10, { before: newest?.state.number ?? 0 })).toEqual([middle, oldest]);
    expect(await queries.rollbackHistory(service, 1, { before: middle?.state.number ?? 0 })).toEqual([oldest]);
    expect(await queries.rollbackHistory(service, 10, { plan: 'campaign' })).toEqual([newest, oldest]);
    expect(await queries.rollbackHistory(service, 10, { plan: 'campaign', before: newest?.state.number ?? 0 })).toEqual([oldest]);
    expect(await queries.rollbackHistory(service, 10, { plan: 'other' })).toEqual([]);
  });

  it('read many incidents at once, and pass over those that do not exist', async () => {
    const { queries, declared } = store();
    const [first, second] = [await declared(), await declared()];
    expect((await queries.incidents([first, 'inc_unknown', second])).map((each) => each.id).toSorted()).toEqual([first, second].toSorted());
    expect(await queries.incidents([])).toEqual([]);
  });

  it('read the timeline in pages, and one fact by its place', async () => {
    const { queries, execute, declared } = store();
    const id = await declared();
    for (const user of ['U1', 'U2', 'U3'])
      await execute(incident, id, { type: 'incident.assign-role', role: 'cc', user, by: user, at: start + 1 });
    expect((await queries.facts(id, { limit: 2 })).map(({ seq }) => seq)).toEqual([1, 2]);
    expect((await queries.facts(id, { after: 2 })).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(await queries.fact(id, 2)).toMatchObject({ seq: 2, at: start + 1, entity: 'incident', entityId: id, event: { user: 'U1' } });
    expect(await queries.fact(id, 5)).toBeUndefined();
  });

  it('remember a card where it was posted and what it showed last', async () => {
    const { queries } = store();
    const key = `headline:${randomUUID()}`;
    expect(await queries.card(key)).toBeUndefined();
    await queries.saveCard(key, { channel: 'C1', ts: '1.1', digest: 'one', drawnAt: start });
    await queries.saveCard(key, { channel: 'C1', ts: '1.1', digest: 'two', drawnAt: start + 5 });
    expect(await queries.card(key)).toEqual({ channel: 'C1', ts: '1.1', digest: 'two', drawnAt: start + 5 });
  });
});
