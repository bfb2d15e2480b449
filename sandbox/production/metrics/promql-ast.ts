// The parts of a query, and what each part yields.
import type { Series } from './samples.ts';

export interface Matcher {
  label: string;
  op: '=' | '!=' | '=~' | '!~';
  value: string;
  matches(value: string): boolean;
}

export type Aggregation = 'sum' | 'avg' | 'max' | 'min' | 'count';
export type Arithmetic = '+' | '-' | '*' | '/' | '%';
export type Comparison = '==' | '!=' | '>' | '<' | '>=' | '<=';
export type SetOperator = 'and' | 'or' | 'unless';
export type BinaryOperator = Arithmetic | Comparison | SetOperator;

export type ValueType = 'scalar' | 'instant vector' | 'range vector';

export interface Selector {
  kind: 'selector';
  matchers: readonly Matcher[];
  /** Set for a range such as [5m]. */
  rangeMs: number | undefined;
}

export type Expression =
  | { kind: 'number'; value: number }
  | Selector
  | { kind: 'call'; name: FunctionName; args: readonly Expression[] }
  | { kind: 'aggregate'; op: Aggregation; of: Expression; grouping: Grouping }
  | { kind: 'binary'; op: BinaryOperator; left: Expression; right: Expression; bool: boolean }
  | { kind: 'negate'; of: Expression };

export interface Grouping {
  mode: 'by' | 'without';
  labels: readonly string[];
}

/** The functions we know, with what each one takes and yields. */
export const functions = {
  rate: { takes: ['range vector'], yields: 'instant vector' },
  increase: { takes: ['range vector'], yields: 'instant vector' },
  histogram_quantile: { takes: ['scalar', 'instant vector'], yields: 'instant vector' },
  vector: { takes: ['scalar'], yields: 'instant vector' },
} as const satisfies Record<string, { takes: readonly ValueType[]; yields: ValueType }>;

export type FunctionName = keyof typeof functions;

export const aggregations: readonly Aggregation[] = ['sum', 'avg', 'max', 'min', 'count'];
export const comparisons: readonly Comparison[] = ['==', '!=', '>', '<', '>=', '<='];
export const setOperators: readonly SetOperator[] = ['and', 'or', 'unless'];

/** What an expression yields. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'selector':
      return expression.rangeMs === undefined ? 'instant vector' : 'range vector';
    case 'call':
      return functions[expression.name].yields;
    case 'aggregate':
      return 'instant vector';
    case 'negate':
      return typeOf(expression.of);
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar' ? 'scalar' : 'instant vector';
  }
}

/** Whether a series is one of those a selector asks for. */
export function selects({ matchers }: Selector, { name, labels }: Series): boolean {
  return matchers.every((matcher) => matcher.matches(matcher.label === '__name__' ? name : (labels[matcher.label] ?? '')));
}
