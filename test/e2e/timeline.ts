// The stored timeline, read past Warroom: straight from its tables.
import { expect } from '@jest/globals';
import { Client } from 'pg';
import { linkHash } from '../../src/store/ledger.ts';

interface Row {
  incident_id: string;
  seq: number;
  event: { type: string };
  hash: string;
}

/** Every fact follows the one before, nothing was changed afterwards, and the incident knows its last one. */
export async function timelineIsWhole(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: facts } = await client.query<Row>('select incident_id, seq, event, hash from fact order by seq');
    const { rows: heads } = await client.query<{ head_seq: number; head_hash: string }>('select head_seq, head_hash from incident');
    let hash = '';
    for (const [index, { incident_id: incidentId, seq, event, hash: stored }] of facts.entries()) {
      expect(seq).toBe(index + 1);
      hash = linkHash(hash, { incidentId, seq, event });
      expect(stored).toBe(hash);
    }
    expect(heads).toEqual([{ head_seq: facts.length, head_hash: hash }]);
    const tampered = { incidentId: facts[0]?.incident_id ?? '', seq: 1, event: { ...facts[0]?.event, title: 'another title' } };
    expect(linkHash('', tampered)).not.toBe(facts[0]?.hash);
    expect(facts.map(({ event }) => event.type)).toEqual(expect.arrayContaining(['rollback.step-intended', 'rollback.measured']));
  } finally {
    await client.end();
  }
}
