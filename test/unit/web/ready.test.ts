import { describe, expect, it } from '@jest/globals';
import { loopLagCheck, NotReady, readyChecks, type ReadyCheck } from '../../../src/web/ready.ts';

function asked(checks: ReadyCheck[], ms?: number) {
  const said: [level: string, fields: object, message: string][] = [];
  const writer = (level: string) => (fields: object, message: string) => void said.push([level, fields, message]);
  const log = { info: writer('info'), warn: writer('warn'), error: writer('error') };
  return { said, ready: readyChecks(checks, { log, ...(ms !== undefined && { ms }) }) };
}

describe('readiness checks', () => {
  it('show what each one says', async () => {
    const { ready } = asked([
      { name: 'database', run: () => Promise.resolve() },
      { name: 'queue', run: () => 'no worker here' },
    ]);
    expect(await ready()).toEqual([
      { name: 'database', ok: true },
      { name: 'queue', ok: true, detail: 'no worker here' },
    ]);
  });

  it('keep an error for the log, unless it was meant to be read', async () => {
    const trouble = new Error('password of admin@10.0.0.1 is wrong');
    const { ready, said } = asked([
      { name: 'database', run: () => Promise.reject(trouble) },
      { name: 'slack connection', run: () => Promise.reject(new NotReady('no socket')) },
    ]);
    expect(await ready()).toEqual([
      { name: 'database', ok: false, detail: 'no good answer' },
      { name: 'slack connection', ok: false, detail: 'no socket' },
    ]);
    expect(said).toContainEqual(['warn', { check: 'database', err: trouble }, 'readiness check fails']);
  });

  it('do not wait for one that hangs', async () => {
    const { ready } = asked([{ name: 'database', run: () => new Promise<never>(() => {}) }], 20);
    expect(await ready()).toEqual([{ name: 'database', ok: false, detail: 'no good answer' }]);
  });

  it('tell the log when one begins and stops to fail, not every time', async () => {
    let broken = true;
    const { ready, said } = asked([
      {
        name: 'queue',
        run: () => {
          if (broken) throw new Error('gone');
        },
      },
    ]);
    await ready();
    await ready();
    broken = false;
    await ready();
    await ready();
    expect(said.map(([level, , message]) => [level, message])).toEqual([
      ['warn', 'readiness check fails'],
      ['info', 'readiness check passes again'],
    ]);
  });

  it.each([
    [1_000, { name: 'event loop', ok: true }],
    [1_001, { name: 'event loop', ok: false, detail: 'blocked for 1001 ms' }],
  ])('judge a loop that was blocked for %s ms', async (lag, readiness) => {
    expect(await asked([loopLagCheck(() => lag)]).ready()).toEqual([readiness]);
  });
});
