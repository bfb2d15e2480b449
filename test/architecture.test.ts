import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { findAmbientUses } from '../scripts/check/ambient.ts';
import { findLockProblems } from '../scripts/check/lock-file.ts';
import { findStairsProblems } from '../scripts/check/stairs.ts';
import { findUnused } from '../scripts/check/unused.ts';
import { findYamlProblems } from '../scripts/check/yaml-files.ts';

const house = join(import.meta.dirname, '..');
const built: string[] = [];

afterAll(() => {
  for (const folder of built) rmSync(folder, { recursive: true, force: true });
});

/** A project in a folder of its own, made of these files. */
function project(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'warroom-house-'));
  built.push(root);
  for (const [path, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(house, path), 'utf8'));
}

describe('the stairs of the house', () => {
  it('hold', async () => {
    expect(await findStairsProblems(house)).toEqual([]);
  });

  it('leave the environment to config, and clock and random out of decisions and views', () => {
    expect(findAmbientUses(house)).toEqual([]);
  });

  it('let every room use what lies below it', async () => {
    const root = project({
      'src/main.ts': `import './config/read.ts'; import './features/index.ts'; import './store/ledger.ts';`,
      'src/config/read.ts': `import '../lib/text.ts';`,
      'src/features/index.ts': `import './incident/declare.ts';`,
      'src/features/incident/declare.ts': `import '../../slack/listen.ts'; import '../../views/card.ts'; import './form.ts';`,
      'src/features/incident/form.ts': `import '../../domain/incident.ts';`,
      'src/slack/listen.ts': `import type { Chat } from '../ports.ts';`,
      'src/ports.ts': `import type { Incident } from './domain/incident.ts'; export type Chat = Incident;`,
      'src/store/ledger.ts': `import '../ports.ts'; import 'node:fs';`,
      'src/views/card.ts': `import '../domain/incident.ts';`,
      'src/domain/incident.ts': `import '../lib/text.ts'; export type Incident = string;`,
      'src/lib/text.ts': `import 'node:crypto';`,
      'src/providers/index.ts': `import './github/index.ts';`,
      'src/providers/github/index.ts': `import '../transport.ts'; import '../../ports.ts';`,
      'src/providers/transport.ts': `import '../ports.ts';`,
      'src/cli.ts': `void import('./main.ts');`,
      'scripts/run.mjs': `import './lib/install.mjs';`,
      'scripts/lib/install.mjs': `import 'node:fs';`,
    });

    expect(await findStairsProblems(root)).toEqual([]);
  });

  it('bite whoever goes up or sideways, types included', async () => {
    const breaches: readonly (readonly [rule: string, path: string, imported: string])[] = [
      ['stairs-config', 'src/config/reaches.ts', 'src/domain/incident.ts'],
      ['stairs-features', 'src/features/incident/stores.ts', 'src/store/ledger.ts'],
      ['stairs-features', 'src/features/incident/posts.ts', 'src/slack/chat.ts'],
      ['stairs-jobs', 'src/jobs/stores.ts', 'src/store/ledger.ts'],
      ['stairs-web', 'src/web/stores.ts', 'src/store/ledger.ts'],
      ['stairs-execute', 'src/execute.ts', 'src/queue/relay.ts'],
      ['stairs-slack', 'src/slack/stores.ts', 'src/store/ledger.ts'],
      ['stairs-queue', 'src/queue/posts.ts', 'src/slack/chat.ts'],
      ['stairs-store', 'src/store/queues.ts', 'src/queue/relay.ts'],
      ['stairs-providers', 'src/providers/github/decides.ts', 'src/domain/incident.ts'],
      ['stairs-channels', 'src/channels/email/draws.ts', 'src/views/card.ts'],
      ['stairs-intake', 'src/intake/alertmanager/stores.ts', 'src/store/ledger.ts'],
      ['stairs-ports', 'src/ports.ts', 'src/providers/github/index.ts'],
      ['stairs-views', 'src/views/stores.ts', 'src/store/ledger.ts'],
      ['stairs-domain', 'src/domain/stores.ts', 'src/store/ledger.ts'],
      ['stairs-lib', 'src/lib/decides.ts', 'src/domain/incident.ts'],
      ['features-stand-alone', 'src/features/incident/borrows.ts', 'src/features/rollback/approve.ts'],
      ['stairs-features', 'src/features/incident/works.ts', 'src/jobs/open-channel.ts'],
      ['stairs-web', 'src/web/pages/clicks.ts', 'src/features/rollback/approve.ts'],
      ['jobs-stand-alone', 'src/jobs/borrows.ts', 'src/jobs/open-channel.ts'],
      ['adapters-stand-alone', 'src/providers/github/borrows.ts', 'src/providers/gitlab/index.ts'],
      ['stairs-intake', 'src/intake/alertmanager/borrows.ts', 'src/channels/email/index.ts'],
      ['adapters-stand-alone', 'src/providers/github/lists.ts', 'src/providers/index.ts'],
      ['nobody-imports-main', 'src/web/starts.ts', 'src/main.ts'],
      ['product-knows-no-sandbox', 'src/web/plays.ts', 'sandbox/slack/server.ts'],
      ['sandbox-knows-no-product', 'sandbox/slack/cheats.ts', 'src/domain/incident.ts'],
      ['chores-stand-alone', 'scripts/check/cheats.ts', 'src/domain/incident.ts'],
      ['fresh-clone-needs-nothing', 'scripts/lib/leans.mjs', 'scripts/check/main.ts'],
      ['only-known-modules', 'src/web/hopes.ts', 'src/web/nowhere.ts'],
    ];
    const targets = breaches.map(([, , imported]) => imported).filter((path) => !path.includes('nowhere'));
    const files = Object.fromEntries(targets.map((path) => [path, 'export type It = string;']));
    for (const [, path, imported] of breaches)
      files[path] =
        `${path.endsWith('.mjs') ? 'import' : 'import type'} { It } from '${'../'.repeat(path.split('/').length - 1)}${imported}';`;
    const root = project(files);

    const problems = await findStairsProblems(root);

    const unnoticed = breaches.filter(
      ([rule, path]) => !problems.some((problem) => problem.startsWith(`${path}: `) && problem.includes(`(${rule}). `)),
    );
    expect(unnoticed).toEqual([]);
  });

  it('bite a domain that does I/O, a circle, and a product on a development package', async () => {
    const root = project({
      'package.json': JSON.stringify({ type: 'module', devDependencies: { toy: '1.0.0' } }),
      'node_modules/toy/package.json': '{ "name": "toy", "version": "1.0.0", "main": "index.js" }',
      'node_modules/toy/index.js': 'module.exports = {};',
      'src/domain/reads.ts': `import { readFileSync } from 'node:fs'; readFileSync('x');`,
      'src/lib/one.ts': `import './two.ts';`,
      'src/lib/two.ts': `import './one.ts';`,
      'src/lib/plays.ts': `import 'toy';`,
    });

    const problems = (await findStairsProblems(root)).join('\n');

    expect(problems).toMatch(/src\/domain\/reads\.ts: imports fs \(domain-without-io\)\. \S+/);
    expect(problems).toMatch(/src\/lib\/(one|two)\.ts: .*\(no-circular\)/);
    expect(problems).toMatch(/src\/lib\/plays\.ts: .*\(product-uses-real-dependencies\)/);
  });

  it('bite whoever reads the environment, the clock or chance in the wrong room', () => {
    const root = project({
      'src/config/read.ts': 'export const port = process.env.PORT;',
      'src/store/reads.ts': 'export const url = process.env.DATABASE_URL;',
      'src/slack/unpacks.ts': 'const { env } = process; export const token = env.TOKEN;',
      'src/domain/looks.ts': 'export const at = Date.now() + new Date().getTime() + Math.random();',
      'src/domain/formats.ts': 'export const show = (at: number) => new Date(at).toISOString(); // not Date.now()',
    });

    const problems = findAmbientUses(root).map((problem) => problem.split(': ').slice(0, 2).join(': '));

    expect(problems.toSorted()).toEqual([
      'src/domain/looks.ts: Date.now',
      'src/domain/looks.ts: Math.random',
      'src/domain/looks.ts: new Date',
      'src/slack/unpacks.ts: process.env',
      'src/store/reads.ts: process.env',
    ]);
  });
});

describe('the check for unused code', () => {
  it('finds files, names and packages nobody uses, and nothing else', () => {
    const root = project({
      'package.json': JSON.stringify({
        scripts: { start: 'node dist/main.js', lint: 'linter src' },
        dependencies: { used: '1', idle: '1', 'tests-only': '1' },
        devDependencies: { linter: '1', forgotten: '1', '@types/used': '1' },
      }),
      'src/main.ts': `import 'used'; import { kept } from './parts/index.ts'; import type { Shape } from './parts/shape.ts';
        kept satisfies Shape; new Worker('src/worker.ts'); spawn(join(import.meta.dirname, 'child.ts')); void import('./lazy.ts');`,
      'src/parts/index.ts': `export * from './kept.ts'; export { renamed as other } from './kept.ts';`,
      'src/parts/kept.ts':
        'export const kept = 1; export const dropped = 2; export const { renamed, inner: [deep] } = {}; export const own = 3; own;',
      'src/parts/shape.ts': 'export type Part = number; export type Shape = Part; export type Lost = 1;',
      'src/worker.ts': 'export {};',
      'src/child.ts': 'export {};',
      'src/lazy.ts': 'export const anything = 1;',
      'src/orphan.ts': 'export {};',
      'src/tested.ts': 'export const tested = 1;',
      'test/tested.test.ts': `import 'tests-only'; import 'unnamed'; import { tested } from '../src/tested.ts'; tested;`,
    });

    const problems = findUnused(root).map((problem) => problem.replace(/[;,].*/, ''));

    expect(problems.toSorted()).toEqual([
      'package.json: nobody uses forgotten',
      'package.json: src never imports idle',
      'package.json: src never imports tests-only',
      'src/orphan.ts: nothing reaches this file',
      'src/parts/index.ts: nobody imports other',
      'src/parts/kept.ts: nobody imports deep',
      'src/parts/kept.ts: nobody imports dropped',
      'src/parts/kept.ts: nobody imports own',
      'src/parts/shape.ts: nobody imports Lost',
      'src/tested.ts: only tests reach this file',
      'test/tested.test.ts: imports unnamed',
    ]);
  });
});

describe('the two commands and their company', () => {
  it('are scripts of package.json, all through one door', () => {
    const { scripts } = readJson('package.json') as { scripts: Record<string, string> };

    for (const chore of ['demo', 'test', 'bench', 'chaos', 'check']) expect(scripts[chore]).toBe(`node scripts/run.mjs ${chore}`);
    expect(scripts['start']).toBe('node --enable-source-maps dist/main.js');
    expect(scripts['build']).toBe('tsc -p tsconfig.build.json');
  });

  it('can be installed anywhere: the lock file is whole', () => {
    expect(findLockProblems(house)).toEqual([]);
  });

  it('would notice a lock file that lacks a platform, names a registry or is behind package.json', () => {
    const lock = {
      lockfileVersion: 3,
      packages: {
        '': { dependencies: { tool: '1.0.0' } },
        'node_modules/tool': {
          version: '1.0.0',
          integrity: 'sha512-x',
          resolved: 'https://example.com/tool.tgz',
          optionalDependencies: { 'tool-darwin': '1.0.0' },
        },
      },
    };
    const root = project({
      'package.json': JSON.stringify({ dependencies: { tool: '2.0.0' } }),
      'package-lock.json': JSON.stringify(lock),
    });

    const problems = findLockProblems(root).join('\n');

    expect(problems).toMatch(/node_modules\/tool@1\.0\.0 lacks its optional tool-darwin/);
    expect(problems).toMatch(/node_modules\/tool names a registry/);
    expect(problems).toMatch(/tool is 1\.0\.0, package\.json wants 2\.0\.0/);
  });

  it('start servers that are pinned, watched and described in valid YAML', () => {
    const root = project({});
    for (const name of ['manifest.yml', 'docker-compose.yml']) cpSync(join(house, name), join(root, name));
    expect(findYamlProblems(root)).toEqual([]);

    writeFileSync(join(root, 'manifest.yml'), 'features: {}\nfeatures: {}\n');
    writeFileSync(join(root, 'docker-compose.yml'), 'services: { redis: { image: redis } }\n');
    const problems = findYamlProblems(root).join('\n');

    expect(problems).toMatch(/manifest\.yml: Map keys must be unique/);
    expect(problems).toMatch(/docker-compose\.yml: redis is not pinned to a tag/);
    expect(problems).toMatch(/docker-compose\.yml: redis has no healthcheck/);
  });
});
