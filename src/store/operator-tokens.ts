import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Holder, OperatorToken, OperatorTokens } from '../ports.ts';
import type { Database } from './schema.ts';

/** `wr_op_`, the key's public id, and 256 random bits. Recognisable, so that scanners and the log's redactor find a lost one. */
const shape = /^wr_op_([0-9a-f]{12})_([0-9a-f]{64})$/;
const sessionShape = /^[0-9a-f]{64}$/;

/** That a key was used is written at most this often. */
const usedEveryMs = 60_000;
const dayMs = 24 * 60 * 60_000;

/** Hashed without salt or stretching: what is hashed is random, so there is nothing to guess. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const newSecret = (): string => randomBytes(32).toString('hex');

export function createOperatorTokens(db: Kysely<Database>): OperatorTokens {
  return { ...keys(db), check: (secret, at) => check(db, secret, at), ...sessions(db) };
}

function keys(db: Kysely<Database>): Pick<OperatorTokens, 'create' | 'list' | 'revoke'> {
  return {
    create: async ({ user, label, createdAt, expiresAt }) => {
      const id = randomBytes(6).toString('hex');
      const secret = `wr_op_${id}_${newSecret()}`;
      const times = { created_at: String(createdAt), expires_at: String(expiresAt), last_used_at: null, revoked_at: null };
      await db
        .insertInto('operator_token')
        .values({ id, user_id: user, label, hash: hashOf(secret), ...times })
        .execute();
      return { id, secret };
    },
    list: async () => (await db.selectFrom('operator_token').selectAll().orderBy('created_at', 'desc').execute()).map(tokenOf),
    revoke: async (id, at) => {
      const { numUpdatedRows } = await db
        .updateTable('operator_token')
        .set({ revoked_at: String(at) })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

async function check(db: Kysely<Database>, secret: string, at: number): Promise<Holder> {
  const id = shape.exec(secret)?.[1];
  if (id === undefined) return {};
  const row = await db.selectFrom('operator_token').selectAll().where('id', '=', id).executeTakeFirst();
  // Compared also when there is none: how long it takes tells nothing.
  const isSecret = timingSafeEqual(Buffer.from(row?.hash ?? hashOf(''), 'hex'), Buffer.from(hashOf(secret), 'hex'));
  if (row === undefined || !isLive(row, at)) return {};
  if (!isSecret) return { id };
  await noteUse(db, row, at);
  return { id, token: tokenOf(row) };
}

async function noteUse(db: Kysely<Database>, { id, last_used_at: last }: Row, at: number): Promise<void> {
  if (last !== null && at - Number(last) < usedEveryMs) return;
  await db
    .updateTable('operator_token')
    .set({ last_used_at: String(at) })
    .where('id', '=', id)
    .execute();
}

function sessions(db: Kysely<Database>): Pick<OperatorTokens, 'openSession' | 'session' | 'closeSession'> {
  return {
    openSession: async (tokenId, until) => {
      const secret = newSecret();
      // Visits are few, so each one clears away those that are long over.
      await db
        .deleteFrom('operator_session')
        .where('expires_at', '<', String(until - dayMs))
        .execute();
      await db
        .insertInto('operator_session')
        .values({ hash: hashOf(secret), token_id: tokenId, expires_at: String(until) })
        .execute();
      return secret;
    },
    session: async (secret, at) => {
      if (!sessionShape.test(secret)) return undefined;
      // Found by the hash of 256 random bits: how long that takes says nothing about the secret.
      const row = await db
        .selectFrom('operator_session')
        .innerJoin('operator_token', 'operator_token.id', 'operator_session.token_id')
        .selectAll('operator_token')
        .where('operator_session.hash', '=', hashOf(secret))
        .where('operator_session.expires_at', '>', String(at))
        .executeTakeFirst();
      return row && isLive(row, at) ? tokenOf(row) : undefined;
    },
    closeSession: async (secret) => {
      await db.deleteFrom('operator_session').where('hash', '=', hashOf(secret)).execute();
    },
  };
}

type Row = Selectable<Database['operator_token']>;

const isLive = (row: Row, at: number): boolean => row.revoked_at === null && at < Number(row.expires_at);

function tokenOf(row: Row): OperatorToken {
  const { id, label } = row;
  return {
    id,
    user: row.user_id,
    label,
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    ...(row.last_used_at === null ? {} : { lastUsedAt: Number(row.last_used_at) }),
    ...(row.revoked_at === null ? {} : { revokedAt: Number(row.revoked_at) }),
  };
}
