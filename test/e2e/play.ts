// What many tests begin with: a war room, and a rollback asked for in it.
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import type { House } from '../support/house.ts';
import { answerOf, patient } from '../support/talk.ts';

/** Declares by command and waits until the room can be worked in. */
export async function declared({ api }: House, { by = 'ada', text }: { by?: string; text: string }): Promise<string> {
  const person = api.as(by);
  const answer = answerOf(await person.slash('#general', `/incident declare ${text}`));
  const [, number = ''] = /\*INC-(\d+)\* is declared/.exec(answer) ?? [];
  if (number === '') throw new Error(`it was not declared: ${answer}`);
  const { name } = await api.waitForChannel(new RegExp(`^inc-${number}-`), patient);
  await person.waitForMessage(name, 'The first minute', patient);
  return name;
}

/** Asks for a rollback and waits for its card. */
export async function requested(
  { api }: House,
  { room, by, to }: { room: string; by: string; to: string },
): Promise<{ name: string; ts: string }> {
  const person = api.as(by);
  await person.visit('join', room);
  await person.slash(room, `/rollback request shop to ${to} because`);
  const card = await person.waitForMessage(
    room,
    (message) => /RB-\d+ · shop/.test(wordsIn(message)) && /Waiting for approval/.test(wordsIn(message)),
    patient,
  );
  const [name = ''] = /RB-\d+/.exec(wordsIn(card)) ?? [];
  return { name, ts: card.ts };
}

/** The workflow runs that really changed, or could have changed, production. */
export const runsOf = ({ production }: House) => production.github.ledger().filter(({ workflow }) => workflow === 'rollback.yml');
