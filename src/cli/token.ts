import { Command } from 'commander';
import { readKeyStore } from '../config/operator.ts';
import type { OperatorToken, OperatorTokens } from '../ports.ts';
import { createOperatorTokens } from '../store/operator-tokens.ts';
import type { OpenDatabase } from '../store/postgres.ts';
import { openPostgres } from '../store/postgres.ts';
import { exitCodes, Failed } from './client.ts';
import { print, printJson, toItsEnd } from './terminal.ts';

const dayMs = 24 * 60 * 60_000;
const longestDays = 90;

/** `warroom token …`: keys for people. It talks to the database itself, so whoever may do that may make keys. */
export function tokenCommand(): Command {
  const command = new Command('token').description('Personal keys for the time in which Slack is down. Needs DATABASE_URL.');
  command
    .command('create')
    .requiredOption('--user <id>', 'the Slack user id of the person: U…')
    .option('--expires <days>', `30d, at most ${longestDays}d`, '30d')
    .option('--label <words>', 'what it is for', '')
    .description('Make a key and print it, once.')
    .action((options: Creation) => run((tokens) => create(tokens, options)));
  command
    .command('list')
    .option('--json', 'for programs')
    .description('Every key: whose it is, and until when.')
    .action(({ json }: { json?: boolean }) => run(async (tokens) => list(await tokens.list(), json)));
  command
    .command('revoke')
    .argument('<id>', 'as in the list')
    .description('End a key at once, and every visit begun with it.')
    .action((id: string) => run((tokens) => revoke(tokens, id)));
  return command;
}

interface Creation {
  user: string;
  expires: string;
  label: string;
}

async function create(tokens: OperatorTokens, { user, expires, label }: Creation): Promise<void> {
  if (!/^[UW][A-Z0-9]{2,30}$/.test(user)) {
    throw new Failed(
      exitCodes.usage,
      `“${user.slice(0, 40)}” is no Slack user id. It begins with U or W; in Slack: the person’s profile, ⋮, Copy member ID.`,
    );
  }
  const days = Number(/^(\d{1,4})d?$/.exec(expires)?.[1]);
  if (!(days >= 1 && days <= longestDays)) {
    throw new Failed(exitCodes.usage, `“${expires.slice(0, 20)}” is no time for a key. Write days, from 1d to ${longestDays}d.`);
  }
  if (label.length > 100) throw new Failed(exitCodes.usage, 'A label has at most 100 characters.');
  const createdAt = Date.now();
  const { id, secret } = await tokens.create({ user, label, createdAt, expiresAt: createdAt + days * dayMs });
  // Only the key on standard output, so that it can go straight into a password manager.
  process.stderr.write(`Key ${id} for ${user}, for ${days} days. It is shown only now: hand it over in a safe way.\n`);
  print(secret);
}

function list(all: readonly OperatorToken[], json: boolean | undefined): void {
  if (json) return printJson({ tokens: all });
  if (all.length === 0) return print('There are no keys.');
  for (const token of all) print(`${token.id} · ${token.user} · ${stateOf(token)}${token.label === '' ? '' : ` · ${token.label}`}`);
}

function stateOf({ expiresAt, revokedAt, lastUsedAt }: OperatorToken): string {
  const used = lastUsedAt === undefined ? 'never used' : `last used ${day(lastUsedAt)}`;
  if (revokedAt !== undefined) return `revoked ${day(revokedAt)} · ${used}`;
  return `${Date.now() < expiresAt ? 'until' : 'expired'} ${day(expiresAt)} · ${used}`;
}

const day = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

async function revoke(tokens: OperatorTokens, id: string): Promise<void> {
  if (!(await tokens.revoke(id, Date.now())))
    throw new Failed(exitCodes.refused, `No key ${id.slice(0, 40)} is left to revoke; see warroom token list.`);
  print(`Revoked ${id}.`);
}

function run(work: (tokens: OperatorTokens) => Promise<void>): Promise<void> {
  return toItsEnd(async () => {
    const database = await openDatabase();
    try {
      await work(createOperatorTokens(database.db));
    } catch (error) {
      throw explained(error);
    } finally {
      await database.close();
    }
  });
}

async function openDatabase(): Promise<OpenDatabase> {
  const store = readKeyStore();
  if (store.kind === 'server') return openPostgres(store.url, { onError: () => undefined });
  const { openEmbedded } = await import('../store/embedded.ts');
  return openEmbedded(store.folder);
}

/** A database without the table is one that this version never ran on. */
function explained(error: unknown): unknown {
  if (error instanceof Failed) return error;
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  if (code === '42P01')
    return new Failed(exitCodes.refused, 'This database has no keys yet: start this version of Warroom on it once.', { cause: error });
  return new Failed(exitCodes.unreachable, `The database did not do it; see DATABASE_URL. (${message || code || 'no reason given'})`, {
    cause: error,
  });
}
