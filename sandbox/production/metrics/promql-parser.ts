// A recursive descent parser for the subset of PromQL that the README lists. What is outside of it is refused, never guessed.
import {
  aggregations,
  comparisons,
  functions,
  setOperators,
  typeOf,
  type Aggregation,
  type BinaryOperator,
  type Expression,
  type FunctionName,
  type Grouping,
  type Matcher,
  type ValueType,
} from './promql-ast.ts';
import { durationMs, parseError, tokenize, unquote, type Token } from './promql-lexer.ts';

interface Reader {
  tokens: readonly Token[];
  next: number;
  depth: number;
}

const MOST_DEPTH = 50;
const LAST: Token = { kind: 'end', text: 'end of input', at: 0 };

/** Parses and type-checks a query. */
export function parsePromql(query: string): Expression {
  const reader: Reader = { tokens: tokenize(query), next: 0, depth: 0 };
  if (peek(reader).kind === 'end') throw parseError(0, 'no expression found in input');
  const expression = parseBinary(reader, 0);
  const rest = peek(reader);
  if (rest.kind !== 'end') throw unexpected(rest);
  return expression;
}

const peek = (reader: Reader): Token => reader.tokens[reader.next] ?? LAST;
const take = (reader: Reader): Token => {
  const token = peek(reader);
  reader.next += 1;
  return token;
};
const unexpected = ({ text, at }: Token): Error => parseError(at, `unexpected ${JSON.stringify(text)}`);

function accept(reader: Reader, text: string): boolean {
  const { kind, text: found } = peek(reader);
  if (kind === 'string' || found !== text) return false;
  reader.next += 1;
  return true;
}

function expect(reader: Reader, text: string): void {
  const token = peek(reader);
  if (!accept(reader, text)) throw parseError(token.at, `unexpected ${JSON.stringify(token.text)}, expected ${JSON.stringify(text)}`);
}

/** The loosest first; each level binds to the left. */
const levels: readonly (readonly BinaryOperator[])[] = [['or'], ['and', 'unless'], comparisons, ['+', '-'], ['*', '/', '%']];

function parseBinary(reader: Reader, level: number): Expression {
  const operators = levels[level];
  if (!operators) return parseUnary(reader);
  let left = parseBinary(reader, level + 1);
  for (;;) {
    const token = peek(reader);
    const op = token.kind === 'string' ? undefined : operators.find((known) => known === token.text.toLowerCase());
    if (!op) return left;
    take(reader);
    const bool = accept(reader, 'bool');
    refuseMatching(reader);
    const right = parseBinary(reader, level + 1);
    left = checkedBinary({ kind: 'binary', op, left, right, bool }, token.at);
  }
}

function refuseMatching(reader: Reader): void {
  const { text, at } = peek(reader);
  if (['on', 'ignoring', 'group_left', 'group_right'].includes(text)) throw parseError(at, `"${text}" is not supported here`);
}

function checkedBinary(expression: Extract<Expression, { kind: 'binary' }>, at: number): Expression {
  const { op, left, right, bool } = expression;
  const types = [typeOf(left), typeOf(right)];
  const compares = comparisons.some((known) => known === op);
  if (types.includes('range vector')) throw parseError(at, 'binary expression must contain only scalar and instant vector types');
  if (bool && !compares) throw parseError(at, 'bool modifier can only be used on comparison operators');
  if (compares && !bool && !types.includes('instant vector')) throw parseError(at, 'comparisons between scalars must use BOOL modifier');
  if (setOperators.some((known) => known === op) && types.includes('scalar'))
    throw parseError(at, `set operator ${JSON.stringify(op)} not allowed in binary scalar expression`);
  return expression;
}

function parseUnary(reader: Reader): Expression {
  const { at } = peek(reader);
  reader.depth += 1;
  if (reader.depth > MOST_DEPTH) throw parseError(at, 'the query is nested too deep');
  try {
    if (accept(reader, '+')) return parseUnary(reader);
    if (!accept(reader, '-')) return parsePrimary(reader);
    const of = parseUnary(reader);
    if (typeOf(of) === 'range vector')
      throw parseError(at, 'unary expression only allowed on expressions of type scalar or instant vector');
    return { kind: 'negate', of };
  } finally {
    reader.depth -= 1;
  }
}

function parsePrimary(reader: Reader): Expression {
  const token = take(reader);
  if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
  if (token.kind === 'name') return parseNamed(reader, token);
  if (token.kind === 'symbol' && token.text === '{') return parseSelector(reader, token, []);
  if (token.kind !== 'symbol' || token.text !== '(') throw unexpected(token);
  const inner = parseBinary(reader, 0);
  expect(reader, ')');
  refuseSuffix(reader);
  return inner;
}

function parseNamed(reader: Reader, token: Token): Expression {
  const lower = token.text.toLowerCase();
  if (lower === 'inf' || lower === 'nan') return { kind: 'number', value: lower === 'inf' ? Infinity : NaN };
  const op = aggregations.find((known) => known === lower);
  const follows = peek(reader).text;
  if (op && ['(', 'by', 'without'].includes(follows)) return parseAggregate(reader, op);
  if (follows === '(') return parseCall(reader, token);
  const name: Matcher = { label: '__name__', op: '=', value: token.text, matches: (value) => value === token.text };
  if (accept(reader, '{')) return parseSelector(reader, token, [name]);
  return withRange(reader, [name]);
}

function parseAggregate(reader: Reader, op: Aggregation): Expression {
  const before = parseGrouping(reader);
  const { at } = peek(reader);
  expect(reader, '(');
  const of = parseBinary(reader, 0);
  expect(reader, ')');
  requireType(of, 'instant vector', { at, what: `aggregation expression` });
  return { kind: 'aggregate', op, of, grouping: before ?? parseGrouping(reader) ?? { mode: 'by', labels: [] } };
}

function parseGrouping(reader: Reader): Grouping | undefined {
  const mode = accept(reader, 'by') ? 'by' : accept(reader, 'without') ? 'without' : undefined;
  if (!mode) return undefined;
  expect(reader, '(');
  const labels: string[] = [];
  while (!accept(reader, ')')) {
    const token = take(reader);
    if (token.kind !== 'name') throw unexpected(token);
    labels.push(token.text);
    if (peek(reader).text !== ')') expect(reader, ',');
  }
  return { mode, labels };
}

function parseCall(reader: Reader, { text, at }: Token): Expression {
  if (!Object.hasOwn(functions, text)) throw parseError(at, `unknown function with name ${JSON.stringify(text)}`);
  const name = text as FunctionName;
  const args: Expression[] = [];
  expect(reader, '(');
  while (!accept(reader, ')')) {
    args.push(parseBinary(reader, 0));
    if (peek(reader).text !== ')') expect(reader, ',');
  }
  const { takes } = functions[name];
  if (args.length !== takes.length)
    throw parseError(at, `expected ${takes.length} argument(s) in call to ${JSON.stringify(name)}, got ${args.length}`);
  for (const [index, arg] of args.entries())
    requireType(arg, takes[index] ?? 'scalar', { at, what: `call to function ${JSON.stringify(name)}` });
  return { kind: 'call', name, args };
}

function requireType(expression: Expression, wanted: ValueType, { at, what }: { at: number; what: string }): void {
  const type = typeOf(expression);
  if (type !== wanted) throw parseError(at, `expected type ${wanted} in ${what}, got ${type}`);
}

function parseSelector(reader: Reader, { at }: Token, named: readonly Matcher[]): Expression {
  const matchers = [...named];
  while (!accept(reader, '}')) {
    matchers.push(parseMatcher(reader));
    if (peek(reader).text !== '}') expect(reader, ',');
  }
  if (matchers.every((matcher) => matcher.matches(''))) throw parseError(at, 'vector selector must contain at least one non-empty matcher');
  return withRange(reader, matchers);
}

function parseMatcher(reader: Reader): Matcher {
  const label = take(reader);
  if (label.kind !== 'name') throw unexpected(label);
  const op = take(reader);
  const quoted = take(reader);
  if (quoted.kind !== 'string') throw unexpected(op.kind === 'symbol' ? quoted : op);
  const value = unquote(quoted);
  const part = { label: label.text, value };
  switch (op.text) {
    case '=':
      return { ...part, op: '=', matches: (found) => found === value };
    case '!=':
      return { ...part, op: '!=', matches: (found) => found !== value };
    case '=~':
    case '!~': {
      const pattern = anchored(value, quoted.at);
      return { ...part, op: op.text, matches: (found) => pattern.test(found) === (op.text === '=~') };
    }
    default:
      throw unexpected(op);
  }
}

function anchored(source: string, at: number): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 's');
  } catch {
    throw parseError(at, `error parsing regexp: ${JSON.stringify(source)}`);
  }
}

function withRange(reader: Reader, matchers: readonly Matcher[]): Expression {
  if (!accept(reader, '[')) return refuseSuffix(reader, { kind: 'selector', matchers, rangeMs: undefined });
  const token = take(reader);
  const rangeMs = durationMs(token.text);
  if (token.kind !== 'duration' || !(rangeMs > 0)) throw parseError(token.at, `bad duration ${JSON.stringify(token.text)}`);
  expect(reader, ']');
  return refuseSuffix(reader, { kind: 'selector', matchers, rangeMs });
}

/** Offsets, @ and subqueries exist in Prometheus but not here. */
function refuseSuffix<T>(reader: Reader, expression?: T): T {
  const { text, at, kind } = peek(reader);
  if (kind !== 'string' && (text === 'offset' || text === '@' || text === '['))
    throw parseError(at, `${JSON.stringify(text)} is not supported here`);
  return expression as T;
}
