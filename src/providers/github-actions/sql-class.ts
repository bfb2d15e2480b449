// What the SQL of a migration does to the code that was there before it, told by its verbs. What is not surely known is `unknown`.

/** `none` and `expand` leave the older code in peace, `contract` does not; `unknown` needs somebody who reads it. */
export type SqlClass = 'none' | 'expand' | 'contract' | 'unknown';

const largestRead = 200_000;

/** The most dangerous of its statements decides; a contraction that is seen outweighs what is not understood. */
export function classOfSql(text: string): SqlClass {
  const bare = text.length > largestRead ? undefined : withoutTexts(text);
  if (bare === undefined) return 'unknown';
  const classes = bare
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '')
    .map(classOfStatement);
  return worstOf(classes);
}

const order: readonly SqlClass[] = ['contract', 'unknown', 'expand', 'none'];
const worstOf = (classes: readonly SqlClass[]): SqlClass => order.find((one) => classes.includes(one)) ?? 'none';

/**
 * Comments and texts hide verbs and semicolons. What has a syntax of its own (bodies in dollar quotes,
 * texts with backslashes) nobody reads here.
 */
function withoutTexts(text: string): string | undefined {
  if (/\be'/i.test(text)) return undefined;
  const bare = text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, (part) => (part.startsWith("'") ? "''" : ' '));
  return /\$\w*\$/.test(bare) ? undefined : bare;
}

const quiet = /^(begin|commit|start transaction|end|set|comment on|analyze|select pg_catalog\.set_config)\b/i;
const creates = /^create ((unlogged )?table|index|sequence|schema|extension|type|(materialized )?view)\b/i;

function classOfStatement(statement: string): SqlClass {
  if (quiet.test(statement)) return 'none';
  if (/^create unique index\b/i.test(statement)) return 'contract'; // what the older code writes may break it
  if (/^grant\b/i.test(statement) || creates.test(statement)) return 'expand';
  if (/^(drop|revoke)\b/i.test(statement)) return 'contract';
  const [, actions] = /^alter table (?:if exists )?(?:only )?(?:[\w".]+|"[^"]+") (.*)$/i.exec(statement) ?? [];
  if (actions !== undefined) return worstOf(splitActions(actions).map(classOfAction));
  if (/^alter type\b.* add value\b/i.test(statement)) return 'expand';
  if (/^alter \w+\b.* (rename|type|drop|set schema)\b/i.test(statement) || /^alter type\b/i.test(statement)) return 'contract';
  return 'unknown';
}

/** One action of ALTER TABLE. A column that must be filled, and that nothing fills, stops the older code from writing. */
function classOfAction(action: string): SqlClass {
  if (/^(drop|rename|set schema)\b/i.test(action)) return 'contract';
  if (/^add (constraint|unique|check|primary|foreign|exclude)\b/i.test(action)) return 'contract';
  if (/^add\b/i.test(action)) {
    const mustBeFilled = /\bnot null\b/i.test(action) || /\bprimary key\b/i.test(action);
    const isFilled = /\bdefault\b|\bgenerated\b|\b(small|big)?serial\b/i.test(action);
    return mustBeFilled && !isFilled ? 'contract' : 'expand';
  }
  if (/^alter (column )?\S+ (set not null|drop|set data type|type)\b/i.test(action)) return 'contract';
  if (/^alter (column )?\S+ set (default|statistics|storage)\b/i.test(action)) return 'expand';
  if (/^(validate constraint|owner to|set \()/i.test(action)) return 'none';
  return 'unknown';
}

/** Commas within brackets belong to one action. */
function splitActions(actions: string): string[] {
  let depth = 0;
  const parts = [''];
  for (const sign of actions) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (sign === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim());
}
