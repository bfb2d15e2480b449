import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { repeatsIn } from '../../domain/repeat.ts';
import { timesOf } from '../../domain/times.ts';
import { trackRecord } from '../../domain/track-record.ts';
import type { Deps } from '../../ports.ts';
import type { Message } from '../../views/blocks.ts';
import { ids } from '../../views/ids.ts';
import type { HistoryRow } from '../../views/rollback-history.ts';
import { rollbackHistory } from '../../views/rollback-history.ts';
import type { Feature } from '../feature.ts';
import { states } from '../feature.ts';
import { readWish } from './read-wish.ts';

/** What fits on a phone without losing the thread. */
const pageSize = 8;

/** The summary looks at so many at most; a service that is rolled back more often within 90 days has other worries. */
const remembered = 100;

/** `/rollback history`: what was rolled back in a service, or by a named plan, and where the time went. */
export const recallRollbacks: Feature = (on, deps) => {
  const verb = {
    name: 'history',
    usage: 'history <service|plan>',
    help: 'earlier rollbacks: how they ended, how long they took, what keeps coming back',
    example: 'history shop',
  };
  on.command('rollback', verb, ({ text }) => firstPage(deps, text));
  on.button(ids.olderRollbacks, z.object({ name: z.string(), before: z.number().int() }), async ({ value: { name, before } }) => {
    const { service, plan } = subjectOf(name, deps);
    const found = states(await deps.queries.rollbackHistory(service, pageSize + 1, { before, ...plan }));
    const rows = await rowsOf(deps, found);
    return rollbackHistory({ name, rows: rows.slice(0, pageSize), before, olderThan: olderThan(rows) });
  });
};

async function firstPage(deps: Deps, text: string): Promise<Message> {
  const { name, service, plan } = subjectOf(text, deps);
  const found = states(await deps.queries.rollbackHistory(service, remembered, plan));
  const rows = await rowsOf(deps, found);
  const now = deps.now();
  const summary = { record: trackRecord(rows, now), repeats: repeatsIn(found, now), capped: found.length === remembered };
  return rollbackHistory({ name, rows: rows.slice(0, pageSize), summary, olderThan: olderThan(rows) });
}

/** Whose history: all environments of a service, or one plan. @throws Refusal naming what there is */
function subjectOf(text: string, deps: Deps): { name: string; service: string; plan: { plan?: string } } {
  const [word = '', ...more] = text.trim().split(/\s+/);
  const { wish } = readWish(word, deps);
  const name = wish.plan ?? wish.service;
  if (more.length > 0) throw new Refusal('usage', { text: `Name only the service or plan: \`/rollback history ${name}\`.` });
  return { name, service: wish.service, plan: wish.plan === undefined ? {} : { plan: wish.plan } };
}

async function rowsOf({ queries }: Deps, rollbacks: readonly HistoryRow['rollback'][]): Promise<HistoryRow[]> {
  const stored = await queries.incidents([...new Set(rollbacks.map(({ incidentId }) => incidentId))]);
  const incidents = new Map(stored.map(({ id, state }) => [id, state]));
  return rollbacks.map((rollback) => {
    const incident = incidents.get(rollback.incidentId);
    return { rollback, times: timesOf(rollback, incident), incident };
  });
}

const olderThan = (rows: readonly HistoryRow[]): number | undefined =>
  rows.length > pageSize ? rows[pageSize - 1]?.rollback.number : undefined;
