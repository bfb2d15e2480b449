/** Asking for a rollback and approving it, the way people do. */
import type { Act, Message } from '../sandbox/slack/client-api.ts';
import { wordsIn } from '../sandbox/slack/test-api.ts';
import { findPlaced } from '../sandbox/slack/testing/find.ts';
import type { House } from './house.ts';

export interface Requested {
  /** For example RB-3. */
  name: string;
  card: Message;
}

interface Wish {
  room: string;
  plan: string;
  /** Rollbacks are numbered in order of request, and a house is measured by one program only. */
  number: number;
}

/** Ben asks for a plan; resolves with the card that it can be approved on. */
export async function requestPlan({ workspace: { api } }: House, { room, plan, number }: Wish): Promise<Requested> {
  const answer = await api.as('ben').slash(room, `/rollback request ${plan} it is measured`);
  if (!answer.ok) throw new Error(`the request failed: ${answer.message}`);
  const name = `RB-${number}`;
  const isCard = (message: Message): boolean => wordsIn(message).includes(name) && findPlaced(message.blocks, 'Approve') !== undefined;
  const card = await api
    .as('ada')
    .waitForMessage(room, isCard, { timeoutMs: 20_000 })
    .catch((error: unknown) => {
      throw new Error(`${name} was not asked for: ${JSON.stringify(answer)}`, { cause: error });
    });
  return { name, card };
}

/** Ada approves. @returns from sending the click to its ack, in milliseconds */
export async function approve({ workspace: { api } }: House, { name, card }: Requested): Promise<number> {
  const result = await api.act(clickOn(card, await api.as('ada').id()));
  if (!result.ok || result.ms === undefined) throw new Error(`${name} was not approved: ${JSON.stringify(result)}`);
  return result.ms;
}

/** Ready to be sent: looking for the button takes time that no person and no Warroom spends. */
export function clickOn({ channel, ts, blocks }: Message, as: string): Act {
  const placed = findPlaced(blocks, 'Approve');
  if (placed === undefined) throw new Error('the card has no button to approve');
  return { type: 'action', as, channel, ts, blockId: placed.blockId, actionId: placed.actionId };
}
