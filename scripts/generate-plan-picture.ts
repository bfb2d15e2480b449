// Draws the plan of examples/warroom.yml into docs/images/plan.svg: steps as boxes, needs as arrows, what runs in parallel one above
// the other. `--check` only says whether the picture is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseConfigurationText } from '../src/config/parse.ts';
import type { Plan } from '../src/config/schema.ts';
import { known } from '../src/known.ts';

type Step = Plan['steps'][number];
type Box = { readonly step: Step; readonly x: number; readonly y: number };

const file = fileURLToPath(new URL('../docs/images/plan.svg', import.meta.url));
const size = { width: 220, height: 84, gapX: 72, gapY: 28, margin: 24, top: 64 };
const colours: Record<Step['kind'], string> = {
  code: '#1264a3',
  config: '#7d5ba6',
  database: '#b3261e',
  traffic: '#2b7a4b',
  infrastructure: '#5f6368',
};

const picture = draw(examplePlan());
if (!process.argv.includes('--check')) writeFileSync(file, picture);
else if (readFileSync(file, 'utf8') !== picture) {
  process.stderr.write('Out of date: docs/images/plan.svg. Run: node --import tsx scripts/generate-plan-picture.ts\n');
  process.exitCode = 1;
}

function examplePlan(): Plan {
  const text = readFileSync(new URL('../examples/warroom.yml', import.meta.url), 'utf8');
  const env = Object.fromEntries([...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = '']) => [name, 'https://example.com']));
  const { configuration, problems } = parseConfigurationText(text, { file: 'examples/warroom.yml', env, known });
  const plan = configuration?.plans[0];
  if (!plan) throw new Error(`The example has no plan to draw: ${JSON.stringify(problems)}`);
  return plan;
}

function draw(plan: Plan): string {
  const columns = new Map<number, Step[]>();
  for (const step of plan.steps) {
    const column = depth(plan, step);
    columns.set(column, [...(columns.get(column) ?? []), step]);
  }
  const lanes = Math.max(...[...columns.values()].map(({ length }) => length));
  const boxes = [...columns].flatMap(([column, steps]) =>
    steps.map((step, lane) => place(step, { column, lane, free: lanes - steps.length })),
  );
  const width = 2 * size.margin + columns.size * (size.width + size.gapX) - size.gapX;
  const height = size.top + lanes * (size.height + size.gapY) - size.gapY + size.margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escaped(`The plan ${plan.id}: ${plan.description}`)}</title>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5f6368"/></marker></defs>',
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<text x="${size.margin}" y="28" font-size="16" font-weight="600" fill="#1d1c1d">${escaped(plan.id)}</text>`,
    `<text x="${size.margin}" y="48" font-size="13" fill="#454245">${escaped(plan.description)}</text>`,
    ...boxes.flatMap((to) => boxes.filter(({ step }) => to.step.needs.includes(step.id)).map((from) => arrow(from, to))),
    ...boxes.map(boxOf),
    '</svg>\n',
  ].join('\n');
}

/** A step stands one column behind the last of those it needs. */
function depth(plan: Plan, step: Step): number {
  return Math.max(0, ...plan.steps.filter(({ id }) => step.needs.includes(id)).map((need) => depth(plan, need) + 1));
}

function place(step: Step, { column, lane, free }: { column: number; lane: number; free: number }): Box {
  const y = size.top + (lane + free / 2) * (size.height + size.gapY);
  return { step, x: size.margin + column * (size.width + size.gapX), y };
}

function arrow(from: Box, to: Box): string {
  const [x1, y1, x2, y2] = [from.x + size.width, from.y + size.height / 2, to.x, to.y + size.height / 2];
  const bend = (x2 - x1) / 2;
  return `<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" fill="none" stroke="#5f6368" stroke-width="1.5" marker-end="url(#tip)"/>`;
}

function boxOf({ step, x, y }: Box): string {
  const lines = [
    `${step.kind} · ${step.provider}`,
    `${step.service} (${step.environment})${step.gate ? ` · gate: ${step.gate.kind}` : ''}`,
  ];
  return [
    `<rect x="${x}" y="${y}" width="${size.width}" height="${size.height}" rx="6" fill="#f8f8f8" stroke="#dddddd"/>`,
    `<rect x="${x}" y="${y}" width="6" height="${size.height}" rx="3" fill="${colours[step.kind]}"/>`,
    `<text x="${x + 18}" y="${y + 28}" font-size="14" font-weight="600" fill="#1d1c1d">${escaped(step.id)}</text>`,
    ...lines.map((line, index) => `<text x="${x + 18}" y="${y + 50 + index * 19}" font-size="12" fill="#454245">${escaped(line)}</text>`),
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
