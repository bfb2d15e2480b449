import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

describe('the two-command house keeping', () => {
  it('has a script for every chore a newcomer types', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['demo', 'test', 'bench', 'check', 'start', 'build']));
  });
});
