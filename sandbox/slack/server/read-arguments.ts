import type { Context } from 'hono';
import { isRecord, text, type Json } from '../state/json.ts';

/** Arguments of a Web API call: query, form, JSON or multipart, as Slack takes them. */
export async function readArguments(c: Context): Promise<Json> {
  const query: Json = { ...c.req.query() };
  if (c.req.method !== 'POST') return query;
  const type = c.req.header('content-type') ?? '';
  if (type.includes('application/json')) return { ...query, ...parseJson(await c.req.text()) };
  if (type.includes('multipart/form-data')) return { ...query, ...(await c.req.parseBody()) };
  return { ...query, ...Object.fromEntries(new URLSearchParams(await c.req.text())) };
}

function parseJson(body: string): Json {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** The token: from the header, or the `token` argument. */
export function tokenOf(c: Context, args: Json): string {
  const header = c.req.header('authorization') ?? '';
  return header.startsWith('Bearer ') ? header.slice(7) : text(args['token']);
}
