/** How many Slack round trips lie between the form's submit and a room that people can work in. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../sandbox/slack/client-api.ts';
import { figure, median, type Figures } from './figure.ts';
import type { House } from './house.ts';
import { serviceName } from './house.ts';

const rooms = 9;
const latencyMs = 100;
const limit = 3;
/** The declarer, the severity's person and the owners of the service. */
const responders = ['ada', 'gwen', 'cleo', 'dan'];

/** Every call to Slack takes 100 ms longer, also those that nobody needs. */
export async function measureRoom({ workspace }: House): Promise<Figures> {
  const { api } = workspace;
  const people = await Promise.all(responders.map(async (name) => (await api.person(name)).id));
  await api.faults({ latencyMs: { '*': latencyMs } });
  try {
    const samples: { firstMs: number; ms: number }[] = [];
    for (let index = 0; index < rooms; index += 1) {
      samples.push(await declare({ api, people }, `Room ${index + 1} is measured`));
      await quiet(api);
    }
    return figures(samples.map(({ ms }) => ms));
  } finally {
    await api.faults({ latencyMs: {} });
  }
}

type Api = House['workspace']['api'];

async function declare({ api, people }: { api: Api; people: readonly string[] }, title: string): Promise<{ firstMs: number; ms: number }> {
  const ada = api.as('ada');
  await ada.slash('#general', '/incident declare');
  await ada.waitForModal('Declare');
  await ada.fill({ title, severity: 'SEV1', service: serviceName(0) });
  await api.clearLog();
  const submittedAt = Date.now();
  const result = await ada.submit();
  if (!result.ok) throw new Error(`the form was not accepted: ${JSON.stringify(result)}`);
  const usableAt = await api.waitFor(async () => whenUsable(await api.apiCalls(), people), { what: 'a usable room', timeoutMs: 20_000 });
  return { firstMs: result.ms ?? Number.NaN, ms: usableAt - submittedAt };
}

/** When the last of what makes a room usable was answered: everybody invited, and the headline posted. */
function whenUsable(calls: readonly LogEntry[], people: readonly string[]): number | undefined {
  const created = calls.find(({ name, ok }) => name === 'conversations.create' && ok === true);
  if (created === undefined) return undefined;
  const room = channelIn(created.response);
  const inRoom = calls.filter(({ ok, request }) => ok === true && asked(request, 'channel') === room);
  const invited = people.map((id) =>
    inRoom.find(({ name, request }) => name === 'conversations.invite' && asked(request, 'users').includes(id)),
  );
  const headline = inRoom.find(({ name, request }) => name === 'chat.postMessage' && metadataKey(request).startsWith('card:headline:'));
  const needed = [headline, ...invited];
  const times = needed.flatMap((entry) => (entry === undefined ? [] : [entry.at]));
  return times.length === needed.length ? Math.max(...times) : undefined;
}

const asked = (request: unknown, field: string): string => {
  const value = (request as Record<string, unknown> | undefined)?.[field];
  return typeof value === 'string' ? value : '';
};

const channelIn = (response: unknown): string => (response as { channel?: { id?: string } } | undefined)?.channel?.id ?? 'none';

function metadataKey(request: unknown): string {
  const { metadata } = request as { metadata?: { event_payload?: { key?: string } } };
  return metadata?.event_payload?.key ?? '';
}

/** No room is measured while the one before is still furnished: nothing was asked of Slack for a while. */
async function quiet(api: Api): Promise<void> {
  const calmMs = 1200;
  for (;;) {
    const before = (await api.apiCalls()).length;
    await sleep(calmMs);
    if ((await api.apiCalls()).length === before) return;
  }
}

function figures(samples: readonly number[]): Figures {
  const [first = Number.NaN] = samples;
  const parts = { first_ms: first, fastest_ms: Math.min(...samples), median_ms: median(samples), slowest_ms: Math.max(...samples) };
  return { 'room.round_trips': figure({ value: median(samples) / latencyMs, limit, unit: 'round trips', samples: samples.length, parts }) };
}
