// Writes docs/errors.md from the catalogue of refusals. `--check` only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { refusals } from '../src/domain/refusal.ts';

const path = 'docs/errors.md';
const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
const text = await format(page(), { parser: 'markdown', singleQuote: true, printWidth: 140 });

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (current() !== text) {
  process.stderr.write(`Out of date: ${path}. Run: node --import tsx scripts/generate-errors-doc.ts\n`);
  process.exitCode = 1;
}

function current(): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not generated yet, which is as stale as can be.
    return undefined;
  }
}

function page(): string {
  return [
    '<!-- Generated from src/domain/refusal.ts by scripts/generate-errors-doc.ts; edits here are lost. -->',
    '# What Warroom refuses',
    'A refusal is an expected no: nothing was changed, and the text says why and what would be right. Only the person who asked reads it. `{words in braces}` are filled from the case at hand.',
    'Two more texts are no refusals. “Not recorded. Something failed on our side.” is a fault of Warroom: press or send it again, and pass its reference on if it stays so. “Not done: …” quotes a provider that said no or nothing.',
    ['| Code | What the person reads |', '| --- | --- |', ...Object.entries(refusals).map(row)].join('\n'),
  ].join('\n\n');
}

function row([code, said]: [string, string]): string {
  return `| \`${code}\` | ${said.replaceAll('|', String.raw`\|`)} |`;
}
