// Cuts a PromQL query into tokens.

export type TokenKind = 'number' | 'duration' | 'string' | 'name' | 'symbol' | 'end';

export interface Token {
  kind: TokenKind;
  text: string;
  /** Where it starts, from 0. */
  at: number;
}

/** A query that cannot be read, in the words and form of Prometheus. */
export class PromqlError extends Error {
  readonly errorType: 'bad_data' | 'execution';

  constructor(errorType: 'bad_data' | 'execution', message: string) {
    super(message);
    this.errorType = errorType;
  }
}

export const parseError = (at: number, message: string): PromqlError => new PromqlError('bad_data', `1:${at + 1}: parse error: ${message}`);

// Durations first: "5m" would else be the number 5 and a name.
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['duration', /(?:\d+(?:ms|[smhdwy]))+(?![\w.])/y],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y],
  ['string', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y],
  ['name', /[a-zA-Z_:][\w:]*/y],
  ['symbol', /==|!=|>=|<=|=~|!~|[-+*/%^=<>(){}[\],@]/y],
];
const blank = /(?:\s|#[^\n]*)+/y;

/** The tokens of a query, closed by one of kind `end`. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while ((at = skipBlank(query, at)) < query.length) {
    const token = tokenAt(query, at);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: 'end of input', at });
  return tokens;
}

function skipBlank(query: string, at: number): number {
  blank.lastIndex = at;
  return blank.test(query) ? blank.lastIndex : at;
}

function tokenAt(query: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(query);
    if (match) return { kind, text: match[0], at };
  }
  throw parseError(at, `unexpected character: ${JSON.stringify(query.charAt(at))}`);
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7, w: 6.048e8, y: 3.1536e10 };

/** Milliseconds of a duration such as 1h30m; NaN if it is none. */
export function durationMs(text: string): number {
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return NaN;
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? NaN), 0);
}

/** The value of a quoted string. */
export function unquote({ text, at }: Token): string {
  const inner = text.slice(1, -1);
  return inner.replace(/\\(.)/g, (_all, escaped: string) => {
    const known: Record<string, string> = { n: '\n', t: '\t', '\\': '\\', '"': '"', "'": "'" };
    const plain = known[escaped];
    if (plain === undefined) throw parseError(at, `unknown escape sequence \\${escaped}`);
    return plain;
  });
}
