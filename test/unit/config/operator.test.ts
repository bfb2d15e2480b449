import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readKeyStore, readOperatorClient } from '../../../src/config/operator.ts';

const url = 'https://warroom.example.com';
const key = `wr_op_0123456789ab_${'0'.repeat(64)}`;

describe('what a person at the command line needs', () => {
  it('is an address and a key, the key from a file if need be', () => {
    expect(readOperatorClient({ WARROOM_URL: url, WARROOM_TOKEN: key })).toEqual({ url, token: key });
    const folder = mkdtempSync(join(tmpdir(), 'warroom-key-'));
    try {
      writeFileSync(join(folder, 'key'), `${key}\n`);
      expect(readOperatorClient({ WARROOM_URL: 'http://127.0.0.1:3000', WARROOM_TOKEN_FILE: join(folder, 'key') })).toMatchObject({
        token: key,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [{ WARROOM_TOKEN: key }, 'WARROOM_URL is not set. Set it to where Warroom is'],
    [{ WARROOM_URL: url }, 'WARROOM_TOKEN is not set. Set it, or WARROOM_TOKEN_FILE, to your key'],
    [{ WARROOM_URL: 'http://warroom.example.com', WARROOM_TOKEN: key }, 'WARROOM_URL must begin with https://'],
    [{ WARROOM_URL: 'warroom', WARROOM_TOKEN: key }, 'WARROOM_URL is not an address such as https://warroom.example.com'],
    [{ WARROOM_URL: url, WARROOM_TOKEN: 'xoxb-secret' }, 'WARROOM_TOKEN is not an operator’s key; those begin with wr_op_'],
    [{ WARROOM_URL: url, WARROOM_TOKEN_FILE: '/nowhere/key' }, 'WARROOM_TOKEN cannot be read: the file in WARROOM_TOKEN_FILE gives ENOENT'],
  ])('says what is missing or wrong: %j', (env, message) => {
    expect(() => readOperatorClient(env)).toThrow(message);
    expect(() => readOperatorClient(env)).not.toThrow('xoxb-secret');
  });
});

describe('where the keys are', () => {
  it('is the database, or else the embedded one', () => {
    expect(readKeyStore({ DATABASE_URL: 'postgres://warroom@db/warroom' })).toEqual({
      kind: 'server',
      url: 'postgres://warroom@db/warroom',
    });
    expect(readKeyStore({})).toEqual({ kind: 'embedded', folder: '.warroom/data' });
    expect(() => readKeyStore({ DATABASE_URL: 'mysql://db' })).toThrow(
      'DATABASE_URL is not an address such as postgres://warroom@db/warroom',
    );
  });
});
