// Which permission the token lacks, found out by reads alone.
import { ProviderError } from '../../ports.ts';
import { AnswerStatus } from '../http-trouble.ts';
import { ifThere, type Api } from './api.ts';
import type { Target } from './schema.ts';

/** Is the token valid, and what is missing? Says so in words for a person; never throws for what GitHub answers. */
export async function checkAccess(api: Api, { repository }: Target): Promise<{ ok: boolean; missing: string[] }> {
  const missing = await missingOf(api, repository);
  return { ok: missing.length === 0, missing };
}

async function missingOf(api: Api, repository: string): Promise<string[]> {
  const access = await attempt(() => ifThere(api.access()));
  if (access instanceof ProviderError) return [statusOf(access) === 401 ? 'a valid token: GitHub does not know this one' : access.message];
  if (!access) return [`the repository ${repository}: it is not there, or the token may not see it`];

  const { scopes, isPrivate, mayOnlyRead } = access;
  if (scopes) {
    const enough = isPrivate ? ['repo'] : ['repo', 'public_repo'];
    // An app's user token shows the header as well, but empty: its permissions are asked for below.
    if (scopes.some((scope) => scope !== '') && !enough.some((scope) => scopes.includes(scope))) return ['scope: repo'];
  }
  // No read needs `actions: write`; a person who may not push cannot have it.
  const cannotStart = mayOnlyRead ? ['actions: write'] : [];
  const lacking = await Promise.all([
    lacks('actions: write', () => api.workflow()),
    lacks('deployments: read', () => api.newestDeployment()),
    lacks('contents: read', () => api.newestCommit()),
  ]);
  return [...new Set([...cannotStart, ...lacking.flat()])];
}

/** Tries a read that needs the permission. What is not there (a workflow, a deployment) is the preview's to say. */
async function lacks(permission: string, read: () => Promise<unknown>): Promise<string[]> {
  const answer = await attempt(() => ifThere(read()));
  if (!(answer instanceof ProviderError)) return [];
  if (answer.kind !== 'unauthorized') return [answer.message];

  const needs = answer.cause instanceof AnswerStatus ? answer.cause.needs : undefined;
  const told = needs?.replaceAll('=', ': ');
  const [name = ''] = permission.split(':');
  return [told === undefined || told.startsWith(`${name}: `) ? permission : `${permission} (GitHub asks for ${told})`];
}

async function attempt<T>(read: () => Promise<T>): Promise<T | ProviderError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

const statusOf = ({ cause }: ProviderError): number | undefined => (cause instanceof AnswerStatus ? cause.status : undefined);
