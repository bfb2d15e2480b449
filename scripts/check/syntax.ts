import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

/** A node of the syntax tree, looked at without its many types: the checks ask for a handful of shapes only. */
export type Node = { readonly type: string; readonly [field: string]: unknown };

/** The statements of a program. */
export function parse(root: string, path: string): Node[] {
  const code = readFileSync(join(root, path), 'utf8');
  const typed = /\.[mc]?tsx?$/.test(path);
  // A .ts file may hold `<T>value`, which means something else in .tsx.
  const options = typed ? ({ syntax: 'typescript', tsx: path.endsWith('x') } as const) : ({ syntax: 'ecmascript', jsx: true } as const);
  return parseSync(code, { ...options, target: 'es2022' }).body as unknown[] as Node[];
}

/** This node and every node below it. */
export function* nodesIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesIn(item);
  } else if (isRecord(value)) {
    if (isNode(value)) yield value;
    for (const field of Object.values(value)) yield* nodesIn(field);
  }
}

/** The text of an identifier or of a string literal. */
export function textIn(value: unknown): string | undefined {
  return isNode(value) && typeof value['value'] === 'string' ? value['value'] : undefined;
}

export function isNode(value: unknown): value is Node {
  return isRecord(value) && typeof value['type'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
