import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Refusal } from '../../../src/domain/refusal.ts';
import { ProviderError } from '../../../src/ports.ts';
import { answerTrouble } from '../../../src/slack/trouble.ts';
import { aLogbook } from '../../support/logbook.ts';

/** What the person reads, and what the log has. */
function told(error: unknown) {
  const { log, lines } = aLogbook();
  const { text } = answerTrouble(error, log, { command: 'incident', user: 'U1' });
  return { text, lines };
}

const referenceIn = (text: string): string => /WR-[0-9A-F]{6}/.exec(text)?.[0] ?? 'no reference';

describe('what a person is told when nothing came of it', () => {
  it('is the reason of a refusal, and nobody else is told', () => {
    const { text, lines } = told(new Refusal('title_missing'));
    expect(text).toContain('Say in a few words what is broken');
    expect(lines).toEqual([]);
  });

  it('is what the provider said, with the reference that the log has too', () => {
    const { text, lines } = told(new ProviderError('github-actions', 'unavailable', { message: 'no answer <in time>' }));
    expect(text).toContain('Not done: github-actions: no answer &lt;in time&gt;.');
    expect(lines).toMatchObject([{ level: 'warn', fields: { reference: referenceIn(text), command: 'incident', user: 'U1' } }]);
  });

  it('is to use the newest card when the button is out of date', () => {
    const { error } = z.object({ id: z.string() }).safeParse({});
    const { text, lines } = told(error);
    expect(text).toContain('out of date');
    expect(lines).toMatchObject([{ level: 'warn' }]);
  });

  it.each([new TypeError('x is undefined at /srv/secret.ts'), 'a string', undefined, null])(
    'is, for a bug, that nothing was recorded, and nothing of its inside: %p',
    (error) => {
      const { text, lines } = told(error);
      expect(text).toContain('*Not recorded.*');
      expect(text).not.toContain('secret');
      expect(lines).toMatchObject([{ level: 'error', fields: { reference: referenceIn(text), err: error } }]);
    },
  );

  it('never is the same reference twice', () => {
    const references = Array.from({ length: 20 }, () => referenceIn(told(new Error('x')).text));
    expect(new Set(references).size).toBe(20);
  });
});
