import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './program.ts';

const house = join(import.meta.dirname, '../..');
const cruiser = join(house, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const rules = join(house, '.dependency-cruiser.cjs');
const folders = ['src', 'sandbox', 'test', 'bench', 'scripts', 'bin'];

type Rule = { readonly name: string; readonly comment?: string };
type Violation = { readonly from: string; readonly to: string; readonly rule: { readonly name: string } };
type Cruise = {
  readonly summary: { readonly violations: readonly Violation[]; readonly ruleSetUsed: { readonly forbidden: readonly Rule[] } };
};

/** Imports that go up or sideways, each with the rule it breaks and what to do instead. */
export async function findStairsProblems(root: string): Promise<string[]> {
  const present = folders.filter((folder) => existsSync(join(root, folder)));
  const args = [cruiser, '--config', rules, '--output-type', 'json', ...present];
  const { stdout, stderr } = await run(process.execPath, args, root);
  if (!stdout.startsWith('{')) return [`dependency-cruiser did not run: ${(stderr || stdout).trim()}`];
  const { summary } = JSON.parse(stdout) as Cruise;
  const instead = new Map(summary.ruleSetUsed.forbidden.map(({ name, comment }) => [name, comment ?? '']));
  return summary.violations.map(({ from, to, rule }) => `${from}: imports ${to} (${rule.name}). ${instead.get(rule.name) ?? ''}`);
}
