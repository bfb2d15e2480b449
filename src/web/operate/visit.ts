/** A visit to the page: its cookie, and that a form really comes from it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { OperatorKeys, OperatorToken } from '../../ports.ts';

export interface Visit {
  token: OperatorToken;
  /** Stands in every form; nobody who cannot read the page knows it. */
  proof: string;
  session: string;
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Only this machine is talked to without TLS. */
export const isLocal = (c: Context): boolean => loopback.test(c.req.header('host') ?? '');

const cookieOf = (c: Context): string => (isLocal(c) ? 'warroom' : '__Host-warroom');

export async function visitOf(keys: OperatorKeys, c: Context): Promise<Visit | undefined> {
  const session = getCookie(c, cookieOf(c));
  const token = session === undefined ? undefined : await keys.visitor(session);
  return session === undefined || token === undefined ? undefined : { token, session, proof: proofOf(session) };
}

export function beginVisit(c: Context, { secret, untilMs }: { secret: string; untilMs: number }, now: number): void {
  const maxAge = Math.max(0, Math.floor((untilMs - now) / 1000));
  setCookie(c, cookieOf(c), secret, { path: '/', httpOnly: true, sameSite: 'Strict', secure: !isLocal(c), maxAge });
}

export function endVisit(c: Context): void {
  setCookie(c, cookieOf(c), '', { path: '/', httpOnly: true, sameSite: 'Strict', secure: !isLocal(c), maxAge: 0 });
}

const proofOf = (session: string): string => createHmac('sha256', session).update('form').digest('hex');

export function isProof(visit: Visit, given: string | undefined): boolean {
  const [wanted, got] = [Buffer.from(visit.proof), Buffer.from(given ?? '')];
  return wanted.length === got.length && timingSafeEqual(wanted, got);
}

/** Did one of our own pages send this form? Browsers say so; what does not say it is no browser that we know, and has the interface. */
export function isFromUs(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined) return site === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host')?.toLowerCase();
}
