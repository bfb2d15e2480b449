/** `/response/<id>`: what an app says later about an interaction; and `/upload/<id>`, the second step of a file upload. */
import { Hono } from 'hono';
import { blockProblems } from '../blocks/validate.ts';
import type { Core } from '../core.ts';
import type { ResponseTarget } from '../delivery/response-urls.ts';
import { editMessage, removeMessage } from '../life/messages.ts';
import { showAnswer } from '../life/answers.ts';
import { isRecord, list, record, text, type Json } from '../state/json.ts';
import type { Message } from '../state/model.ts';
import { channelOf } from '../state/store.ts';

/** Routes without a token: the address itself is the permission. */
export function responseRoutes(core: Core): Hono {
  const app = new Hono();
  app.post('/response/:id', async (c) => {
    const body = await c.req.json<unknown>().catch(() => undefined);
    const outcome = takeResponse(core, c.req.param('id'), body);
    const ok = outcome === 'ok';
    core.log.add({ kind: 'response_url', name: 'response_url', ok, request: body, ...(!ok && { error: outcome }) });
    if (ok) return c.text('ok');
    return c.json({ ok: false, error: outcome }, outcome.endsWith('_url') ? 404 : 400);
  });
  app.post('/upload/:id', async (c) => {
    const file = core.store.files.get(c.req.param('id'));
    if (!file) return c.text('not found', 404);
    file.size = (await c.req.arrayBuffer()).byteLength;
    file.uploaded = true;
    return c.text(`OK - ${file.size}`);
  });
  return app;
}

function takeResponse(core: Core, id: string, body: unknown): string {
  const target = core.responseUrls.use(id);
  if (typeof target === 'string') return target;
  if (!isRecord(body)) return 'invalid_payload';
  if (body['blocks'] !== undefined && blockProblems(body['blocks']).length > 0) return 'invalid_blocks';
  if (core.store.channels.get(target.channel)?.isArchived) return 'is_archived';
  return apply(core, target, body);
}

function apply(core: Core, target: ResponseTarget, body: Json): string {
  const original = originalOf(core, target);
  if (body['delete_original'] === true) {
    if (original) removeMessage(core, original);
    return 'ok';
  }
  const hasContent = text(body['text']) !== '' || list(body['blocks']).length > 0 || list(body['attachments']).length > 0;
  if (!hasContent) return 'no_text';
  if (body['replace_original'] === true && original) {
    const blocks = list(body['blocks']).map(record);
    editMessage(core, original, { text: text(body['text']), blocks, attachments: list(body['attachments']).map(record), quiet: true });
    return 'ok';
  }
  const { user, channel } = target;
  showAnswer(core, { user, channel, responseUrl: target.id, ...(text(body['thread_ts']) && { threadTs: text(body['thread_ts']) }) }, body);
  return 'ok';
}

/** The clicked message; for a command, the last one this very address posted. */
function originalOf(core: Core, target: ResponseTarget): Message | undefined {
  const channel = channelOf(core.store, target.channel);
  const all = [...channel.messages.values(), ...channel.ephemerals];
  if (target.ts !== undefined) return all.find((message) => message.ts === target.ts);
  return all.findLast((message) => message.responseUrl === target.id);
}
