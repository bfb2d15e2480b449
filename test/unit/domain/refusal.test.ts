import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import type { RefusalCode } from '../../../src/domain/refusal.ts';
import { Refusal, refusals } from '../../../src/domain/refusal.ts';
import { refusalMessage } from '../../../src/views/refusal-text.ts';

interface Thrown {
  where: string;
  code: string;
  /** Undefined when the facts are not written out at the place, so that nobody can tell. */
  facts: string[] | undefined;
}

const codes = Object.keys(refusals) as RefusalCode[];
const placeholders = (code: RefusalCode): string[] => [
  ...new Set([...refusals[code].matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')),
];

function thrownIn(folder: string): Thrown[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const program: unknown = parseSync(readFileSync(join(folder, file), 'utf8'), { syntax: 'typescript', target: 'es2022' });
    return refusalsIn(program).map((thrown) => ({ ...thrown, where: file }));
  });
}

/** What we look at in a syntax tree. */
interface Node {
  type?: string;
  value?: unknown;
  callee?: Node;
  key?: Node;
  arguments?: { expression: Node }[];
  properties?: Node[];
}

function refusalsIn(tree: unknown): Omit<Thrown, 'where'>[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const inside = Object.values(tree).flatMap(refusalsIn);
  const node: Node = tree;
  if (node.type !== 'NewExpression' || node.callee?.value !== 'Refusal') return inside;
  const [code, facts] = (node.arguments ?? []).map(({ expression }) => expression);
  return typeof code?.value === 'string' ? [...inside, { code: code.value, facts: factsOf(facts) }] : inside;
}

/** `{ a: 1, b }` -> a, b; nothing when something is spread in, or when it is no literal. */
function factsOf(facts: Node | undefined): string[] | undefined {
  if (facts === undefined) return [];
  const names = facts.properties?.map((property) => property.key?.value ?? property.value);
  return names?.every((name) => typeof name === 'string') ? names : undefined;
}

describe('every refusal', () => {
  const thrown = thrownIn('src');

  it('is thrown somewhere; what nobody is told any more leaves the catalogue', () => {
    const used = new Set(thrown.map(({ code }) => code));
    expect(codes.filter((code) => !used.has(code))).toEqual([]);
  });

  it('gets every fact its text speaks of, wherever it is thrown, and no other', () => {
    const wrong = thrown.filter(
      ({ code, facts }) =>
        facts !== undefined &&
        facts.toSorted().join() !==
          placeholders(code as RefusalCode)
            .toSorted()
            .join(),
    );
    expect(wrong).toEqual([]);
  });

  it('is written out where it is thrown, but for the one that passes a rollback on as it is', () =>
    expect(thrown.filter(({ facts }) => facts === undefined).map(({ code }) => code)).toEqual(['rollback_running']));

  it.each(codes.filter((code) => code !== 'usage'))('%s is one or more whole sentences', (code) => {
    const text = refusals[code];
    expect(text).toMatch(/^[A-Z`“{].*([.]|\{reasons\}|\{hint\})$/);
  });
});

describe('a refusal', () => {
  it('says its facts', () =>
    expect(new Refusal('title_too_long', { length: 201 }).message).toBe(
      'The title has 201 characters; at most 200 fit. The rest can follow as an update.',
    ));

  it('shows that a fact is missing rather than failing the person twice', () =>
    expect(new Refusal('title_too_long').message).toContain('has ? characters'));

  it('does not take what a fact says for another placeholder', () =>
    expect(new Refusal('unknown_user', { text: '{text} $& {x}' }).message).toContain('“{text} $& {x}” is not a person'));

  it('reaches the person without any markup of others, except for the person it names', () => {
    const { text } = refusalMessage(new Refusal('not_a_member', { user: '<@U123>', standing: '<!channel> & co' }));
    expect(text).toContain('<@U123>');
    expect(text).toContain('&lt;!channel&gt; &amp; co');
  });
});
