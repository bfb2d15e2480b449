/** Serves the workspace page: one document and its assets, read once at start, under a policy that runs nothing but our own files. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Context, Hono } from 'hono';

const folder = new URL('./public/', import.meta.url);

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' https: http://127.0.0.1:* http://localhost:*",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
} as const;

/** Adds `/` and `/assets/*` to the workspace server. Everything else the page needs is the contract in sandbox/slack/client-api.ts. */
export function pageRoutes(app: Hono): void {
  const files = readPublic();
  app.get('/', (context) => serve(context, files, 'index.html'));
  app.get('/assets/:name', (context) => serve(context, files, context.req.param('name')));
}

function readPublic(): Map<string, string> {
  const names = readdirSync(folder).filter((name) => contentTypes[extname(name)] !== undefined);
  return new Map(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
}

function serve(context: Context, files: Map<string, string>, name: string): Response {
  const body = files.get(name);
  if (body === undefined) return context.text('Not found', 404, headers);
  return context.body(body, 200, { ...headers, 'content-type': contentTypes[extname(name)] ?? 'text/plain' });
}
