import type { App } from '@slack/bolt';
import type { z } from 'zod';
import { assertOurs, assertOwn, noticeModal, openModal, ownedBy, replyOf, whenItTakesLong } from './answer.ts';
import { readMetadata, valuesOf } from './form.ts';
import type { ButtonInput, Listening, Reply } from './input.ts';

interface Button<Value> {
  actionId: string;
  value: z.ZodType<Value>;
  handle: (input: ButtonInput<Value>) => Promise<Reply>;
}

/** What Bolt hands over for a click. */
export type Clicked = Parameters<Parameters<App['action']>[1]>[0];

/** Hears a button or a menu. The ack carries nothing, so it need not wait for a slow answer. */
export function hearButton<Value>(
  { now, log, team, onAck }: Listening,
  { actionId, value, handle }: Button<Value>,
): (clicked: Clicked) => Promise<void> {
  return async ({ body: click, ack, respond, client, ...rest }) => {
    const arrived = performance.now();
    const body = click as Click;
    const action = rest.action as Element;
    const { user, view } = body;
    const place = body.container.message_ts ?? view?.id ?? '';
    let acked = false;
    const ackOnce = async (): Promise<void> => {
      if (acked) return;
      acked = true;
      await ack();
      onAck('button', performance.now() - arrived);
    };
    const callOff = whenItTakesLong(log, ackOnce);
    const act = async (): Promise<Reply> => {
      assertOurs(user.team_id ?? body.team?.id, team);
      if (view?.type === 'modal') assertOwn(readMetadata(view.private_metadata), user.id);
      return handle({
        value: value.parse(pressed(action)),
        user: user.id,
        channel: body.channel?.id,
        at: now(),
        inboxKey: `button:${body.team?.id ?? team}:${user.id}:${place}:${actionId}:${action.action_ts ?? ''}`,
        modal: (next) => openModal(client, { trigger: body.trigger_id, user: user.id }, next),
        view: view && {
          id: view.id,
          hash: view.hash,
          metadata: readMetadata(view.private_metadata),
          values: valuesOf(view),
          replace: async (next) => void (await client.views.update({ view_id: view.id, view: ownedBy(user.id, next) })),
        },
      });
    };
    const reply = await replyOf(act, log, { action: actionId, user: user.id });
    callOff();
    await ackOnce();
    if (!reply) return;
    if (body.response_url) await respond({ response_type: 'ephemeral', replace_original: false, ...reply });
    else await client.views.open({ trigger_id: body.trigger_id, view: noticeModal(reply) });
  };
}

interface Click {
  type: 'block_actions';
  user: { id: string; team_id?: string };
  team: { id: string } | null;
  container: { message_ts?: string };
  channel?: { id: string };
  view?: { id: string; type: string; hash: string; private_metadata: string; state?: { values: Record<string, Record<string, unknown>> } };
  trigger_id: string;
  response_url?: string;
}

interface Element {
  type: string;
  action_id: string;
  action_ts?: string;
  value?: string;
  selected_option?: { value: string } | null;
}

/** A button carries JSON; a select carries its option's value. */
function pressed({ value, selected_option: selected }: Element): unknown {
  return selected ? selected.value : readMetadata(value ?? '{}');
}
