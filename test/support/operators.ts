// Keys and an operator in memory, for the web's side of the way in without Slack.
import { request as httpRequest } from 'node:http';
import type { Operator, OperatorCommand, OperatorInput, OperatorKeys, OperatorToken, OperatorView } from '../../src/ports.ts';
import { note } from '../../src/views/blocks.ts';
import type { Operate } from '../../src/web/operate/door.ts';

export const start = Date.UTC(2026, 10, 23, 12);

export const secretOf = (user: string): string => `wr_op_${user.toLowerCase()}_secret`;

export const aView = (change: Partial<OperatorView> = {}): OperatorView => ({
  rollback: 'RB-7',
  incident: 'INC-1',
  service: 'shop',
  environment: 'production',
  from: 'v42',
  to: 'v41',
  status: 'requested',
  planHash: 'plan-1',
  requestedBy: 'UBEN',
  card: note('*v42* → <https://example.com/v41|v41> asked by <@UBEN>: “&lt;script&gt;alert(1)&lt;/script&gt;” `x&lt;y`'),
  offers: [
    {
      verb: 'approve',
      label: 'Approve',
      question: 'Roll back shop (production) from v42 to v41? It starts at once.',
      fields: [],
      again: true,
    },
    { verb: 'reject', label: 'Reject', question: 'End the request?', fields: ['reason'] },
  ],
  ...change,
});

interface Acted {
  by: OperatorInput;
  rollback: string;
  command: OperatorCommand;
}

/** UADA and UBEN have a key each; whatever is done is written down. */
export function operators(change: Partial<Operator> = {}) {
  const acted: Acted[] = [];
  const clock = { now: start };
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const tokens = new Map(['UADA', 'UBEN'].map((user) => [secretOf(user), aToken(user)]));
  const visits = new Map<string, OperatorToken>();
  const keys: OperatorKeys = {
    identify: (secret) => {
      const token = tokens.get(secret);
      const id = [...tokens.values()].find((each) => secret.startsWith(`wr_op_${each.id}_`))?.id;
      return Promise.resolve(token ? { id: token.id, token } : id === undefined ? {} : { id });
    },
    open: (token) => {
      const secret = `visit-${visits.size}`;
      visits.set(secret, token);
      return Promise.resolve({ secret, untilMs: clock.now + 60_000 });
    },
    visitor: (session) => Promise.resolve(visits.get(session)),
    close: (session) => Promise.resolve(void visits.delete(session)),
  };
  const operator: Operator = {
    plan: (text) => Promise.resolve(note(`plan of ${text}`)),
    request: () => Promise.resolve(aView()),
    act: (by, rollback, command) => Promise.resolve((acted.push({ by, rollback, command }), aView())),
    show: () => Promise.resolve(aView()),
    rollbacksOf: () => Promise.resolve([aView()]),
    waiting: () => Promise.resolve([aView()]),
    declare: () => Promise.resolve({ incident: 'INC-2', reply: note('declared') }),
    openIncidents: () => Promise.resolve([{ incident: 'INC-1', title: '<b>checkout</b>', severity: 'SEV1', status: 'investigating' }]),
    names: () => Promise.resolve(new Map([['UBEN', 'Ben']])),
    ...change,
  };
  const operate: Operate = { operator, keys, now: () => clock.now, log: { info: write, warn: write, error: write } };
  return { operate, acted, clock, logged: () => lines.join('\n') };
}

const aToken = (user: string): OperatorToken => ({
  id: user.toLowerCase(),
  user,
  label: '',
  createdAt: start,
  expiresAt: start + 86_400_000,
});

export interface Sent {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** One request with exactly these headers, as no browser would send it. */
export function send(
  port: number,
  path: string,
  part: { headers?: Record<string, string>; form?: Record<string, string> } = {},
): Promise<Sent> {
  const body = part.form && new URLSearchParams(part.form).toString();
  const type = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method: body === undefined ? 'GET' : 'POST', headers: { ...type, ...part.headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    request.on('error', reject).end(body);
  });
}
