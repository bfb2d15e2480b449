import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder } from './project.ts';
import { isNode, nodesIn, parse, textIn } from './syntax.ts';
import type { Node } from './syntax.ts';

/** What is in reach of every file without an import, so that the dependency stairs cannot see it. */
type AmbientRule = { readonly applies: (path: string) => boolean; readonly names: readonly string[]; readonly instead: string };

const rules: readonly AmbientRule[] = [
  {
    applies: (path) => !path.startsWith('src/config/'),
    names: ['process.env'],
    instead: 'src/config is the only reader of the environment; take the setting as an argument',
  },
  {
    applies: (path) => path.startsWith('src/domain/') || path.startsWith('src/views/'),
    names: ['Date.now', 'new Date', 'Math.random', 'setTimeout', 'setInterval', 'fetch', 'console', 'process', 'crypto', 'performance'],
    instead: 'decisions and views are pure; take the moment, the id or the answer in with the command',
  },
];

/** Uses of the environment, clock, random and network where a room must not have them. */
export function findAmbientUses(root: string): string[] {
  const paths = filesUnder(root, 'src').filter((path) => /\.tsx?$/.test(path));
  return paths.flatMap((path) => {
    const applying = rules.filter(({ applies }) => applies(path));
    if (!mentions(root, path, applying)) return [];
    const used = new Set([...nodesIn(parse(root, path))].flatMap(ambientName));
    return applying.flatMap(({ names, instead }) => names.filter((name) => used.has(name)).map((name) => `${path}: ${name}: ${instead}`));
  });
}

/** Most files mention none of the names: reading is much cheaper than parsing. */
function mentions(root: string, path: string, applying: readonly AmbientRule[]): boolean {
  const code = readFileSync(join(root, path), 'utf8');
  return applying.some(({ names }) => names.some((name) => name.split(/[. ]/).every((word) => code.includes(word))));
}

function ambientName(node: Node): string[] {
  switch (node.type) {
    case 'MemberExpression': {
      const [object, property] = [identifier(node['object']), identifier(node['property'])];
      return object === undefined ? [] : [object, `${object}.${property ?? ''}`];
    }
    case 'NewExpression': {
      const { arguments: args } = node;
      // `new Date(ms)` only formats a moment that was given; without an argument it is the clock.
      const empty = !Array.isArray(args) || args.length === 0;
      return empty ? [`new ${identifier(node['callee']) ?? ''}`] : [];
    }
    case 'CallExpression': {
      return [identifier(node['callee']) ?? ''];
    }
    case 'VariableDeclarator': {
      // const { env } = process
      const object = identifier(node['init']);
      return object === undefined ? [] : [object, ...keysOf(node['id']).map((key) => `${object}.${key}`)];
    }
    default:
      return [];
  }
}

function keysOf(pattern: unknown): string[] {
  if (!isNode(pattern) || pattern.type !== 'ObjectPattern') return [];
  return (pattern['properties'] as Node[]).flatMap((property) => textIn(property['key']) ?? []);
}

function identifier(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Identifier' ? textIn(value) : undefined;
}
