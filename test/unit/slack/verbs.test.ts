import { describe, expect, it } from '@jest/globals';
import type { Verb } from '../../../src/slack/verbs.ts';
import { findVerb } from '../../../src/slack/verbs.ts';
import { refusalOf } from '../../support/given.ts';

const verb = (name: string, aliases: readonly string[] = []): Verb => ({ name, aliases, usage: name, help: name, example: name });
const verbs = [verb(''), verb('declare', ['new', 'create']), verb('resolve'), verb('request'), verb('rename'), verb('ic')];
const find = (text: string) => {
  const found = findVerb('incident', verbs, text);
  return [found.verb.name, found.rest];
};

describe('finding the verb of a command', () => {
  it.each([
    ['declare sev1 it is down', ['declare', 'sev1 it is down']],
    ['new it is down', ['declare', 'it is down']],
    ['DECLARE It Is Down', ['declare', 'It Is Down']],
    ['  ic   <@U1>  ', ['ic', '<@U1>']],
    ['resolve rolled back\nand measured', ['resolve', 'rolled back\nand measured']],
    ['', ['', '']],
    ['   ', ['', '']],
  ])('of “%s”', (text, found) => expect(find(text)).toEqual(found));

  it.each([
    ['d', 'declare'],
    ['decl', 'declare'],
    ['res', 'resolve'],
    ['req', 'request'],
  ])('takes a beginning that fits one alone: %s', (text, name) => expect(find(text)).toEqual([name, '']));

  it('names what a beginning could mean', () =>
    expect(refusalOf(() => find('re')).message).toBe('`/incident re` is not known. It could be `resolve` or `request` or `rename`.'));

  it.each([
    ['delcare', 'declare'],
    ['resovle', 'resolve'],
    ['creat', 'create'],
  ])('offers the nearest word for %s', (text, nearest) =>
    expect(refusalOf(() => find(text)).message).toBe(`\`/incident ${text}\` is not known. Did you mean \`/incident ${nearest}\`?`),
  );

  it('points to the help when nothing is near', () =>
    expect(refusalOf(() => find('banana')).message).toBe('`/incident banana` is not known. `/incident help` lists what can be done.'));

  it('repeats no more than a word’s length of nonsense', () =>
    expect(refusalOf(() => find('x'.repeat(3000))).message.length).toBeLessThan(150));
});
