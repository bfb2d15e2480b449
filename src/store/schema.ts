import type { Generated, JSONColumnType } from 'kysely';
import type { KnownIncident } from '../domain/incident.ts';
import type { JobKind } from '../domain/job.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import type { Standing } from '../domain/policy.ts';
import type { AnyEvent, EntityKind, Membership } from '../ports.ts';

/** The tables as Kysely sees them. `bigint` arrives as text from both databases; migrations in migrations.ts. */
export interface Database {
  counter: { entity: EntityKind; value: number };
  incident: {
    id: string;
    number: number;
    version: number;
    status: string;
    room: string | null;
    state: JSONColumnType<KnownIncident>;
    head_seq: number;
    head_hash: string;
  };
  rollback: {
    id: string;
    number: number;
    incident_id: string;
    version: number;
    status: string;
    service: string;
    environment: string;
    state: JSONColumnType<KnownRollback>;
  };
  fact: {
    incident_id: string;
    seq: number;
    entity: EntityKind;
    entity_id: string;
    event: JSONColumnType<AnyEvent>;
    at: string;
    hash: string;
  };
  live_place: { service: string; environment: string; rollback_id: string };
  inbox: { key: string; entity_id: string; received_at: Generated<Date> };
  outbox: {
    id: Generated<string>;
    kind: JobKind;
    payload: JSONColumnType<Record<string, unknown>>;
    order_key: string;
    dedupe_key: string | null;
    due_at: string;
    attempts: Generated<number>;
    claims: Generated<number>;
    fence: Generated<number>;
    claimed_until: Date | null;
    done_at: Date | null;
    parked_at: Date | null;
    failure: string | null;
    soonest: string | null;
    hurried: Generated<boolean>;
  };
  card: { key: string; channel: string; ts: string; digest: string; drawn_at: string };
  operator_token: {
    id: string;
    user_id: string;
    label: string;
    hash: string;
    created_at: string;
    expires_at: string;
    last_used_at: string | null;
    revoked_at: string | null;
  };
  operator_session: { hash: string; token_id: string; expires_at: string };
  membership: {
    user_id: string;
    name: string;
    standing: Standing;
    standing_at: string;
    groups: JSONColumnType<Membership['groups']>;
  };
}
