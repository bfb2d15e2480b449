import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import type { z } from 'zod';
import type { RefusalCode } from '../domain/refusal.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Message } from '../views/blocks.ts';
import { assertOurs, assertOwn, noticeModal, whenItTakesLong, working } from './answer.ts';
import { readForm, readMetadata } from './form.ts';
import type { Listening, Reply, SubmitInput } from './input.ts';
import { answerTrouble } from './trouble.ts';

const done: Message = { text: 'Done. You can close this.', blocks: [] };

interface Submit<Form, Metadata> {
  callbackId: string;
  shape: { form: z.ZodType<Form>; metadata: z.ZodType<Metadata> };
  handle: (input: SubmitInput<Form, Metadata>) => Promise<Reply>;
}

/** How Slack is answered: with the ack itself, or, when that was needed for a notice, inside of the notice. */
interface Answer {
  late: Message | undefined;
  first: () => Promise<void>;
}

/** What Bolt hands over for a submission. */
export type Submitted = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/** Hears a form: acks with what is wrong in it, or with its end; a refusal is shown inside, so that what was typed is not lost. */
export function hearForm<Form, Metadata>(
  { now, log, team, onAck }: Listening,
  { callbackId, shape, handle }: Submit<Form, Metadata>,
): (submitted: Submitted) => Promise<void> {
  return async ({ body, view, ack, client }) => {
    const arrived = performance.now();
    let acked = false;
    const answer = async ({ late, first }: Answer): Promise<void> => {
      if (acked) return void (late && (await client.views.update({ view_id: view.id, view: noticeModal(late) })));
      acked = true;
      await first();
      onAck('submit', performance.now() - arrived);
    };
    // What needs longer than Slack waits goes on behind a notice; its end, good or bad, is shown there.
    const callOff = whenItTakesLong(log, () =>
      answer({ late: undefined, first: () => ack({ response_action: 'update', view: noticeModal(working) }) }),
    );
    const act = async (): Promise<Answer> => {
      assertOurs(body.user.team_id ?? body.team?.id, team);
      const ids = readMetadata(view.private_metadata);
      assertOwn(ids, body.user.id);
      const form = readForm(shape.form, view);
      if ('errors' in form) return { late: undefined, first: () => ack({ response_action: 'errors', errors: form.errors }) };
      const metadata = shape.metadata.parse(ids);
      const inboxKey = `modal:${view.id}:${view.hash}`;
      const reply = await handle({ form: form.data, metadata, user: body.user.id, at: now(), inboxKey });
      return { late: reply ?? done, first: () => (reply ? ack({ response_action: 'update', view: noticeModal(reply) }) : ack()) };
    };
    const refused = (error: unknown): Answer => {
      const trouble = answerTrouble(error, log, { modal: callbackId, user: body.user.id });
      return { late: trouble, first: () => ack({ response_action: 'errors', errors: { [fieldOf(error, view.blocks)]: trouble.text } }) };
    };
    const said = await act().catch(refused);
    callOff();
    await answer(said);
  };
}

/** What a refusal is about, where the form has a field for it. */
const fields: Partial<Record<RefusalCode, string>> = { service_not_typed: 'typed' };

/** Under the field that is wrong; else under the first one. */
function fieldOf(error: unknown, blocks: readonly { type: string; block_id?: string }[]): string {
  const inputs = blocks.filter(({ type }) => type === 'input').map(({ block_id: id }) => id ?? '');
  const meant = error instanceof Refusal ? fields[error.code] : undefined;
  return inputs.find((id) => id === meant) ?? inputs[0] ?? '';
}
