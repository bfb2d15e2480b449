// What an abuse must not change, and how an input is made up that nobody can send through Slack.
import { expect } from '@jest/globals';
import type { LogEntry, OrderResult } from '../../../sandbox/slack/client-api.ts';
import type { House } from '../../support/house.ts';
import { answerOf, patient } from '../../support/talk.ts';
import { runsOf } from '../play.ts';

export interface Where {
  room: string;
  /** `RB-1` */
  name: string;
}

interface Standing {
  card: string;
  timeline: string;
  runs: number;
}

/** What the card shows, what is recorded, and what ran at the provider. */
export async function standingOf(house: House, { room, name }: Where): Promise<Standing> {
  const ada = house.api.as('ada');
  const card = await ada.waitForMessage(room, new RegExp(`^${name}, roll back[^]*${name} · shop`), patient);
  const timeline = answerOf(await ada.slash(room, '/incident timeline all'));
  expect(timeline).toContain('declared INC-');
  return { card: JSON.stringify(card.blocks), timeline, runs: runsOf(house).length };
}

/** Nothing is recorded, the card is as it was, and nothing ran. */
export async function unchanged(house: House, where: Where, abuse: () => Promise<unknown>): Promise<void> {
  const before = await standingOf(house, where);
  await abuse();
  await house.api.settled();
  expect(await standingOf(house, where)).toEqual(before);
}

/** Changes the version of the newest request by its form. */
export async function planEdited({ api }: House, { room, by, to }: { room: string; by: string; to: string }): Promise<void> {
  const person = api.as(by);
  await person.click(room, 'rollback.open-edit', patient);
  const form = await api.waitFor(async () => {
    const view = await person.modal();
    return view?.submit === undefined ? undefined : view;
  }, patient);
  const labels = [...JSON.stringify(form.blocks).matchAll(/"text":"(v\d+ · [^"]*)"/g)].map(([, label = '']) => label);
  await person.fill({ 'Back to which version?': labels.find((label) => label.startsWith(to)) ?? to });
  await person.submit();
}

/** What Slack sends for a click, as far as it is changed here. */
export interface Clicked {
  user: { id: string; team_id: string };
  team: { id: string; domain: string };
  enterprise: { id: string; name: string } | null;
  channel: { id: string };
  container: Record<string, unknown>;
  response_url: string;
  actions: { action_id: string; action_ts: string; value?: string }[];
}

/** And for a form. */
export interface Submitted {
  user: { id: string; team_id: string };
  view: { id: string; hash: string; callback_id: string; private_metadata: string; state: { values: Record<string, unknown> } };
}

/** And for a command. */
export interface Typed {
  team_id: string;
  user_id: string;
  text: string;
  trigger_id: string;
  response_url: string;
}

/** The last input of this kind, for something to be made of it. */
export async function lastSent(house: House, name: string): Promise<LogEntry> {
  const sent = (await house.api.deliveries(name)).at(-1);
  if (sent === undefined) throw new Error(`nothing of the kind ${name} was sent`);
  return sent;
}

let forgeries = 0;
const stamp = (): string => `${Date.now()}.${(forgeries += 1)}`;

/** Sends a click again as a new one, with something else in it. */
export function clickForged({ api }: House, sent: LogEntry, change: (payload: Clicked) => void): Promise<OrderResult> {
  const payload = structuredClone(sent.request) as Clicked;
  for (const action of payload.actions) action.action_ts = stamp();
  change(payload);
  return api.redeliver({ entry: sent.id, payload: { ...payload } });
}

/** The same with a form. */
export function formForged({ api }: House, sent: LogEntry, change: (payload: Submitted) => void): Promise<OrderResult> {
  const payload = structuredClone(sent.request) as Submitted;
  payload.view.hash = stamp();
  change(payload);
  return api.redeliver({ entry: sent.id, payload: { ...payload } });
}

/** And with a command. */
export function commandForged({ api }: House, sent: LogEntry, change: (payload: Typed) => void): Promise<OrderResult> {
  const payload = structuredClone(sent.request) as Typed;
  payload.trigger_id = stamp();
  change(payload);
  return api.redeliver({ entry: sent.id, payload: { ...payload } });
}

/** What the app said to it, as words. */
export const saidTo = (result: OrderResult): string => JSON.stringify(result.ok ? (result.response ?? '') : result.message);
