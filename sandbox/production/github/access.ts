// What the token may do: a classic one by its scopes, a fine-grained one by its permissions.
import { HttpRefusal, type Ask } from '../http.ts';
import { failure, notFound } from './answers.ts';

export type Access =
  | { kind: 'classic'; scopes: readonly string[] }
  | {
      kind: 'fine-grained';
      permissions: Readonly<Partial<Record<'actions' | 'administration' | 'contents' | 'deployments', 'read' | 'write'>>>;
    };

/** Refuses as GitHub does: what a classic token may not see is not there, a fine-grained one is told what it lacks. */
export function checkAccess(access: Access, ask: Ask): void {
  const needed = neededFor(ask);
  if (!needed) return;
  if (access.kind === 'classic') {
    if (!access.scopes.includes('repo')) throw new HttpRefusal(notFound()); // the repository is private
    return;
  }
  const given = needed.name === 'metadata' ? 'read' : access.permissions[needed.name];
  if (given === 'write' || given === needed.level) return;
  throw new HttpRefusal(failure(403, 'Resource not accessible by personal access token', accessHeaders(access, ask)));
}

/** The headers by which every answer tells of scopes and permissions. */
export function accessHeaders(access: Access, ask: Ask): Record<string, string> {
  if (access.kind === 'classic') return { 'x-oauth-scopes': access.scopes.join(', '), 'x-accepted-oauth-scopes': 'repo' };
  const needed = neededFor(ask);
  return needed ? { 'x-accepted-github-permissions': `${needed.name}=${needed.level}` } : {};
}

type Needed = { name: 'actions' | 'administration' | 'contents' | 'deployments' | 'metadata'; level: 'read' | 'write' };

function neededFor({ method, path }: Ask): Needed | undefined {
  const [, root, , , area = ''] = path.split('/');
  if (root !== 'repos') return undefined;
  const level = method === 'GET' ? 'read' : 'write';
  switch (area) {
    case 'actions':
    case 'deployments':
      return { name: area, level };
    case 'environments':
      return method === 'GET' ? { name: 'actions', level } : { name: 'administration', level };
    case '':
    case 'tags':
      return { name: 'metadata', level: 'read' };
    default:
      return { name: 'contents', level };
  }
}
