import type { App } from '@slack/bolt';
import type { UserId } from '../domain/words.ts';
import { assertOurs, noticeModal, openModal, replyOf } from './answer.ts';
import type { HomeView, Listening, Reply, ShortcutInput } from './input.ts';
import { answerTrouble } from './trouble.ts';

interface Shortcut {
  callbackId: string;
  handle: (input: ShortcutInput) => Promise<Reply>;
}

/** Listens to a shortcut, of the whole workspace or on a message. */
export function hearShortcut(app: App, { now, log, team }: Listening, { callbackId, handle }: Shortcut): void {
  app.shortcut(callbackId, async ({ shortcut, ack, client, respond }) => {
    await ack();
    const act = async (): Promise<Reply> => {
      assertOurs(shortcut.team?.id, team);
      return handle({
        user: shortcut.user.id,
        at: now(),
        inboxKey: `shortcut:${shortcut.team?.id ?? team}:${shortcut.trigger_id}`,
        modal: (view) => openModal(client, { trigger: shortcut.trigger_id, user: shortcut.user.id }, view),
        message: shortcut.type === 'message_action' ? { channel: shortcut.channel.id, text: shortcut.message.text ?? '' } : undefined,
      });
    };
    const reply = await replyOf(act, log, { shortcut: callbackId, user: shortcut.user.id });
    if (!reply) return;
    if (shortcut.type === 'message_action') await respond({ response_type: 'ephemeral', replace_original: false, ...reply });
    else await client.views.open({ trigger_id: shortcut.trigger_id, view: noticeModal(reply) });
  });
}

/** Draws App Home when somebody opens it. */
export function hearHome(app: App, { log }: Listening, handle: (user: UserId) => Promise<HomeView>): void {
  app.event('app_home_opened', async ({ event, client }) => {
    if (event.tab !== 'home') return;
    try {
      await client.views.publish({ user_id: event.user, view: await handle(event.user) });
    } catch (error) {
      answerTrouble(error, log, { home: event.user });
    }
  });
}
