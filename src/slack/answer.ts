import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { Refusal } from '../domain/refusal.ts';
import type { UserId } from '../domain/words.ts';
import type { Log } from '../ports.ts';
import type { Message } from '../views/blocks.ts';
import { readMetadata } from './form.ts';
import type { Reply } from './input.ts';
import { answerTrouble } from './trouble.ts';

// What all listeners have in common: answering in time, once, and where the person is looking.

/** Slack waits 3 seconds; after this long it is told that we are at it. */
const patienceMs = 2200;

export const working: Message = { text: 'Working on it…', blocks: [] };

/** Does this when nothing else was said in time. @returns how to call it off */
export function whenItTakesLong(log: Log, act: () => Promise<void>): () => void {
  const tell = (): void => {
    // The connection may be gone by then. That must not end the process: what was asked for goes on.
    void act().catch((error: unknown) => log.warn({ err: error }, 'slack was not told that we are at it'));
  };
  const timer = setTimeout(tell, patienceMs);
  return () => clearTimeout(timer);
}

/** What the person is told: the feature's reply, or why there is none. */
export async function replyOf(handle: () => Promise<Reply>, log: Log, about: Record<string, unknown>): Promise<Reply> {
  try {
    return await handle();
  } catch (error) {
    return answerTrouble(error, log, about);
  }
}

type Client = Parameters<Parameters<App['command']>[1]>[0]['client'];

interface Opener {
  trigger: string;
  user: UserId;
}

/** Opens a modal while its trigger lives. @returns how to replace its content later. @throws Refusal when it came too late */
export async function openModal(client: Client, by: Opener, view: ModalView): Promise<(next: ModalView) => Promise<void>> {
  const opened = await client.views.open({ trigger_id: by.trigger, view: ownedBy(by.user, view) }).catch((error: unknown) => {
    const { data } = (error ?? {}) as { data?: { error?: string } };
    if (data?.error === 'expired_trigger_id') throw new Refusal('form_too_late');
    throw error;
  });
  const id = opened.view?.id ?? '';
  return async (next) => {
    await client.views.update({ view_id: id, view: ownedBy(by.user, next) });
  };
}

/** A form belongs to the person it opened for: nobody else's name can be put under what is typed in it. */
export const ownedBy = (user: UserId, view: ModalView): ModalView => {
  const metadata = readMetadata(view.private_metadata ?? '');
  return { ...view, private_metadata: JSON.stringify({ ...(metadata as object), by: user }) };
};

/** @throws Refusal when the form was opened for somebody else, or does not say for whom */
export function assertOwn(metadata: unknown, user: UserId): void {
  if ((metadata as { by?: unknown } | null)?.by !== user) throw new Refusal('not_your_form');
}

/** Where there is no channel to whisper in (App Home, a modal), the answer is a small modal. */
export const noticeModal = ({ text, blocks }: Message): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'Warroom' },
  close: { type: 'plain_text', text: 'Close' },
  blocks: blocks.length > 0 ? blocks : [{ type: 'section', text: { type: 'mrkdwn', text } }],
});

/** @throws Refusal for people of another workspace */
export function assertOurs(from: string | undefined, team: string): void {
  if (from !== undefined && from !== team) throw new Refusal('other_workspace');
}
