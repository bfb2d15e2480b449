import { describe, expect, it } from '@jest/globals';
import { createLog, type LogLevel } from '../../../src/lib/log.ts';

type Line = Record<string, unknown>;

function logInto({ level = 'info', secrets = [] }: { level?: LogLevel; secrets?: string[] } = {}) {
  const raw: string[] = [];
  const log = createLog({ level, secrets, destination: { write: (line) => void raw.push(line) } });
  return { log, raw, lines: (): Line[] => raw.map((line) => JSON.parse(line) as Line) };
}

describe('the log', () => {
  it('writes one JSON object a line, with its time, level and fields', () => {
    const { log, raw, lines } = logInto();
    log.warn({ incidentId: 'inc1' }, 'card not drawn');

    expect(raw).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
    expect(lines()).toEqual([
      { level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/), pid: process.pid, incidentId: 'inc1', msg: 'card not drawn' },
    ]);
  });

  it('writes nothing below its level', () => {
    const { log, lines } = logInto({ level: 'warn' });
    log.debug({}, 'a');
    log.info({}, 'b');
    log.error({}, 'c');
    expect(lines().map(({ msg }) => msg)).toEqual(['c']);
  });

  it('cuts secrets out of messages, names, values, errors and everything inside them', () => {
    const { log, raw } = logInto({ secrets: ['hunter2hunter2', '1234567890'] });
    const cause = new Error('cannot reach postgres://u:hunter2hunter2@db');
    const err = Object.assign(new AggregateError([new Error('hunter2hunter2')], 'hunter2hunter2', { cause }), { hint: 'hunter2hunter2' });
    log.error(
      {
        err,
        list: ['hunter2hunter2'],
        map: new Map([['hunter2hunter2', new Set(['hunter2hunter2'])]]),
        hunter2hunter2: 1,
        pin: 1234567890,
      },
      'it is hunter2hunter2',
    );
    expect(raw.join('')).toContain('[redacted]');
    expect(raw.join('')).not.toMatch(/hunter2hunter2|1234567890/);
  });

  it('cuts out text under a name that says it is secret, but keeps a number there: a lease has a token too', () => {
    const { log, lines } = logInto();
    log.info({ headers: { Authorization: 'x', cookie: 'y' }, password: 'z', botToken: 'w', fence: { token: 7 } }, 'm');
    expect(lines()[0]).toMatchObject({
      headers: { Authorization: '[redacted]', cookie: '[redacted]' },
      password: '[redacted]',
      botToken: '[redacted]',
      fence: { token: 7 },
    });
  });

  it('tells an error with its stack, its code and the chain of its causes, and leaves out what a client hung on it', () => {
    const { log, lines } = logInto();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const err = Object.assign(new TypeError('fetch failed', { cause }), { request: { body: 'what people said' } });
    log.error({ err }, 'm');

    const told = lines()[0]?.['err'];
    expect(told).toMatchObject({
      type: 'TypeError',
      message: 'fetch failed',
      stack: expect.stringContaining('log.test.ts'),
      cause: { type: 'Error', code: 'ECONNREFUSED', message: 'refused' },
    });
    expect(told).not.toHaveProperty('request');
  });

  it('lets nobody forge a line or talk to a terminal', () => {
    const { log, raw, lines } = logInto();
    const evil = 'a\r\n{"level":"error"}\u001b[2J\u009b31m\u2028\u202e';
    log.info({ title: evil, [evil]: 1 }, evil);

    expect(raw.join('').trimEnd()).toMatch(/^[\u0020-\u007e]+$/);
    expect(lines()[0]).toMatchObject({ title: evil, msg: evil });
  });

  it('keeps its own fields when somebody brings one of the same name', () => {
    const { log, lines } = logInto();
    log.info({ level: 'fatal', msg: 'x', time: 0 }, 'm');
    expect(lines()[0]).toMatchObject({ level: 'info', msg: 'm', level_: 'fatal', msg_: 'x', time_: 0 });
  });

  it('copes with circles, depth, size and things that are no data', () => {
    const { log, lines } = logInto();
    const circle: Record<string, unknown> = {};
    circle['again'] = { circle };
    let deep: unknown = 'bottom';
    for (let level = 0; level < 5_000; level++) deep = { deep };
    log.info(
      {
        circle,
        deep,
        big: 10n ** 20n,
        nan: NaN,
        bytes: Buffer.from('hidden'),
        f: () => 1,
        long: 'x'.repeat(100_000),
        many: Array(5_000).fill(1),
      },
      'm',
    );
    expect(lines()[0]).toMatchObject({
      circle: { again: { circle: '[circular]' } },
      big: '100000000000000000000',
      nan: 'NaN',
      bytes: '[6 bytes]',
    });
    expect(JSON.stringify(lines()[0]).length).toBeLessThan(20_000);
  });

  it('never throws: not for fields that cannot be read, and not when nobody can be written to', () => {
    const { log, lines } = logInto();
    const trap = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no');
        },
      },
    );
    log.info({ trap, date: new Date(NaN) }, 'm');
    log.info(trap, 'n');
    expect(lines()).toMatchObject([
      { trap: '[unreadable]', date: null, msg: 'm' },
      { fields: '[unreadable]', msg: 'n' },
    ]);

    const closed = createLog({
      level: 'info',
      secrets: [],
      destination: {
        write() {
          throw new Error('EPIPE');
        },
      },
    });
    expect(() => closed.error({}, 'm')).not.toThrow();
  });
});
