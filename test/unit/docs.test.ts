// The words in docs/ and the program must agree: what is written works, and what works is written.
import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { offerHelp } from '../../src/features/help.ts';
import { features } from '../../src/features/index.ts';
import type { Deps } from '../../src/ports.ts';
import type { On, Root, Verb } from '../../src/slack/listen.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Every verb, as the features register it. Nothing is called, so they need nothing. */
function registeredVerbs(): ReadonlyMap<Root, Verb[]> {
  const verbs = new Map<Root, Verb[]>([
    ['incident', []],
    ['rollback', []],
  ]);
  const on: On = {
    command: (name, verb) => void verbs.get(name)?.push(verb),
    button: () => undefined,
    submit: () => undefined,
    shortcut: () => undefined,
    home: () => undefined,
  };
  for (const feature of features) feature(on, {} as Deps);
  offerHelp(on, verbs);
  return verbs;
}

const usages = (verbs: ReadonlyMap<Root, Verb[]>): string[] =>
  [...verbs].flatMap(([name, known]) => known.map(({ usage }) => `/${name} ${usage}`.trim()));

describe('docs/commands.md', () => {
  const page = read('docs/commands.md');
  const listed = page.split('\n').flatMap((line) => /^\| `(\/[^`]+)`/.exec(line)?.[1]?.replaceAll(String.raw`\|`, '|') ?? []);

  it('lists every command that exists, and no other', () => {
    expect(listed.toSorted()).toEqual(usages(registeredVerbs()).toSorted());
  });

  it('names the other words a command answers to', () => {
    const aliases = [...registeredVerbs().values()].flat().flatMap((verb) => verb.aliases ?? []);

    expect(aliases.filter((alias) => !page.includes(`\`${alias}\``))).toEqual([]);
  });
});

describe('the documentation', () => {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path));
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...docs];

  it.each(pages)('%s links only to files that are there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, to = '']) => to);

    expect(links.filter((to) => !existsSync(join(root, dirname(page), to)))).toEqual([]);
  });

  it.each(pages)('%s tells to type only commands that exist', (page) => {
    const verbs = registeredVerbs();
    const typed = [...read(page).matchAll(/`\/(incident|rollback) ([a-z]+)/g)].map(([, name, verb]) => ({ name, verb }));
    const known = ({ name, verb }: (typeof typed)[number]) =>
      verbs.get(name as Root)?.some((each) => each.name === verb || each.aliases?.includes(verb ?? '') || each.name.startsWith(verb ?? ''));

    expect(typed.filter((each) => !known(each))).toEqual([]);
  });

  it.each(pages)('%s names only npm scripts that exist', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);

    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it.each(['generate-errors-doc', 'generate-config-docs'])('is what scripts/%s.ts writes', (script) => {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', `scripts/${script}.ts`, '--check'], { cwd: root });

    expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
  });
});
