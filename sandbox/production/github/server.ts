// The front of the GitHub-compatible API: token, limits, faults, request log.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpRefusal, readAsk, router, send, type Answer, type Ask } from '../http.ts';
import { accessHeaders, checkAccess } from './access.ts';
import { failure, notFound } from './answers.ts';
import type { Fault } from '../faults.ts';
import { pageRoutes } from './pages.ts';
import { actionsRoutes, logRoute } from './routes-actions.ts';
import { deploymentRoutes } from './routes-deployments.ts';
import { environmentRoutes } from './routes-environments.ts';
import { repositoryRoutes } from './routes-repository.ts';
import type { GithubState, RequestEntry } from './state.ts';

const HOUR = 3_600_000;
const REQUESTS_KEPT = 20_000;

type Exchange = { req: IncomingMessage; res: ServerResponse; entry: RequestEntry };

/** Answers everything that is asked of one repository; several of them may share an address. */
export function answerGithub(state: GithubState): RequestListener {
  const find = router([...repositoryRoutes(state), ...deploymentRoutes(state), ...actionsRoutes(state), ...environmentRoutes(state)]);
  const findOpen = router([logRoute(state), ...pageRoutes(state)]);
  const answerTo = (ask: Ask): Answer | Promise<Answer> => {
    const open = findOpen(ask);
    if (open) return open();
    checkToken(state, ask);
    countRequest(state);
    if (ask.path === '/rate_limit') return { status: 200, body: { resources: { core: rateBody(state) }, rate: rateBody(state) } };
    if (!ofThisRepository(state, ask.path)) return notFound();
    checkAccess(state.access, ask);
    return find(ask)?.() ?? notFound();
  };
  return (req, res) => {
    const path = (req.url ?? '/').split('?')[0] ?? '/';
    const arrivedMs = Number(process.hrtime.bigint()) / 1e6;
    const entry: RequestEntry = { arrivedMs, at: state.now(), method: req.method ?? 'GET', path, status: undefined };
    state.requests.push(entry);
    if (state.requests.length > REQUESTS_KEPT) state.requests.splice(0, REQUESTS_KEPT / 2);
    void handle(state, { req, res, entry }, answerTo);
  };
}

function ofThisRepository({ repository: { owner, name } }: GithubState, path: string): boolean {
  if (!path.startsWith('/repos/')) return true;
  const [, , askedOwner = '', askedName = ''] = path.toLowerCase().split('/');
  return askedOwner === owner && askedName === name;
}

type Answering = (ask: Ask) => Answer | Promise<Answer>;

async function handle(state: GithubState, exchange: Exchange, answerTo: Answering): Promise<void> {
  const { req, res, entry } = exchange;
  const fault = state.faults.take(entry.method, entry.path);
  try {
    const ask = await readAsk(req);
    if (fault?.kind === 'latency') await sleep(fault.ms);
    if (fault?.kind === 'hang_before') return;
    if (fault?.kind === 'cut_before') return void req.socket.destroy();
    const answer = (fault && faultAnswer(fault)) ?? (await safely(answerTo, ask));
    if (fault?.kind === 'hang_after') return;
    if (fault?.kind === 'status_after') Object.assign(answer, failure(fault.status, 'Server Error'));
    if (fault?.kind === 'cut_after') return void req.socket.destroy();
    entry.status = answer.status;
    send(res, { ...answer, headers: { ...commonHeaders(state, ask), ...answer.headers } });
  } catch (error) {
    if (error instanceof HttpRefusal) send(res, error.answer);
    else req.socket.destroy(); // the client went away while it was read
  }
}

async function safely(answerTo: Answering, ask: Ask): Promise<Answer> {
  try {
    return await answerTo(ask);
  } catch (error) {
    if (error instanceof HttpRefusal) return error.answer;
    return failure(500, `The sandbox has a bug: ${String(error)}`);
  }
}

/** What a fault answers instead of the API; undefined when the API is asked all the same. */
function faultAnswer(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'status': {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      return failure(fault.status, fault.says ?? (fault.status >= 500 ? 'Server Error' : 'Fault on purpose'), headers);
    }
    case 'secondary_limit': {
      const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
      return failure(403, message, { 'retry-after': String(fault.retryAfter ?? 60) });
    }
    case 'unauthorized':
      return failure(401, 'Bad credentials');
    case 'pretend':
      return { status: 204 };
    case 'status_after':
    case 'hang_before':
    case 'hang_after':
    case 'cut_before':
    case 'cut_after':
    case 'latency':
      return undefined;
  }
}

function checkToken(state: GithubState, { headers }: Ask): void {
  const [, given] = /^(?:bearer|token) (.+)$/i.exec(headers.authorization ?? '') ?? [];
  if (given === undefined) throw new HttpRefusal(failure(401, 'Requires authentication'));
  if (given !== state.token) throw new HttpRefusal(failure(401, 'Bad credentials'));
}

function countRequest(state: GithubState): void {
  const { rate } = state;
  if (state.now() >= rate.resetsAt) Object.assign(rate, { used: 0, resetsAt: state.now() + HOUR });
  if (rate.used >= rate.limit) throw new HttpRefusal(failure(403, 'API rate limit exceeded for user.'));
  rate.used += 1;
}

function rateBody({ rate }: GithubState): { limit: number; remaining: number; reset: number; used: number; resource: string } {
  return {
    limit: rate.limit,
    remaining: rate.limit - rate.used,
    reset: Math.ceil(rate.resetsAt / 1_000),
    used: rate.used,
    resource: 'core',
  };
}

function commonHeaders(state: GithubState, ask: Ask): Record<string, string> {
  const rate = Object.entries(rateBody(state)).map(([name, value]) => [`x-ratelimit-${name}`, String(value)] as const);
  const version = ask.headers['x-github-api-version'];
  return {
    ...Object.fromEntries(rate),
    ...accessHeaders(state.access, ask),
    'x-github-request-id': randomUUID().toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': typeof version === 'string' ? version : '2022-11-28',
  };
}
