import type { App } from '@slack/bolt';
import { assertOurs, openModal, replyOf, whenItTakesLong, working } from './answer.ts';
import type { CommandInput, Listening, Reply } from './input.ts';
import type { Root, Verb } from './verbs.ts';
import { findVerb } from './verbs.ts';

export interface Command {
  root: Root;
  verb: Verb;
  handle: (input: CommandInput) => Promise<Reply>;
}

/** Listens to `/incident` or `/rollback`: finds the verb, acks with the answer, or before Slack stops waiting. */
export function hearCommands(
  app: App,
  { now, log, team, onAck }: Listening,
  { root, commands }: { root: Root; commands: Command[] },
): void {
  app.command(`/${root}`, async ({ command, ack, respond, client }) => {
    const arrived = performance.now();
    let acked = false;
    const answer = async (message: Reply): Promise<void> => {
      const reply = message ? { response_type: 'ephemeral' as const, ...message } : undefined;
      if (acked) return void (reply && (await respond(reply)));
      acked = true;
      await (reply ? ack(reply) : ack());
      onAck('command', performance.now() - arrived);
    };
    const callOff = whenItTakesLong(log, () => answer(working));
    const handle = async (): Promise<Reply> => {
      assertOurs(command.team_id, team);
      const verbs = commands.map(({ verb }) => verb);
      const { verb, rest } = findVerb(root, verbs, command.text);
      return commands[verbs.indexOf(verb)]?.handle({
        user: command.user_id,
        channel: command.channel_id,
        text: rest,
        at: now(),
        inboxKey: `slash:${command.team_id}:${command.trigger_id}`,
        modal: async (view) => {
          await answer(undefined);
          return openModal(client, { trigger: command.trigger_id, user: command.user_id }, view);
        },
      });
    };
    const reply = await replyOf(handle, log, { command: root, user: command.user_id });
    callOff();
    await answer(reply);
  });
}
