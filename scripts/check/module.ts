import { isNode, nodesIn, parse, textIn } from './syntax.ts';
import type { Node } from './syntax.ts';

/** What one file takes from another: names, `default`, or `*` for all of it. */
export type Import = { readonly from: string; readonly names: readonly string[] };

export type Export = { readonly name: string; readonly isType: boolean; readonly usedHere: boolean };

/** One file as the rest of the project sees it. */
export type Module = {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  /** `export * from`: whoever asks here for a name that is not ours asks there. */
  readonly passesOn: readonly string[];
  /** String literals: a program started by its path is used as much as an imported one. */
  readonly strings: readonly string[];
};

/** Reads what a file imports, exports and names in strings. */
export function readModule(root: string, path: string): Module {
  const body = parse(root, path);
  const nodes = [...nodesIn(body)];
  return {
    path,
    imports: [...body.flatMap(staticImports), ...nodes.flatMap(inlineImports)],
    exports: exportsOf(body, nodes),
    passesOn: body.filter(({ type }) => type === 'ExportAllDeclaration').map(sourceOf),
    strings: nodes.flatMap(stringOf),
  };
}

function staticImports(statement: Node): Import[] {
  const named = statement.type === 'ExportNamedDeclaration' && isNode(statement['source']);
  if (statement.type !== 'ImportDeclaration' && !named) return [];
  return [{ from: sourceOf(statement), names: specifiersOf(statement).map(nameTaken) }];
}

function nameTaken(specifier: Node): string {
  switch (specifier.type) {
    case 'ImportDefaultSpecifier':
      return 'default';
    case 'ImportNamespaceSpecifier':
    case 'ExportNamespaceSpecifier':
      return '*';
    default:
      return textIn(specifier['imported']) ?? textIn(specifier['orig']) ?? textIn(specifier['local']) ?? '*';
  }
}

/** `import('./x.ts')`, `require('x')` and, in types, `import('./x.ts').Name`. */
function inlineImports(node: Node): Import[] {
  if (node.type === 'TsImportType') return [{ from: textIn(node['argument']) ?? '', names: [textIn(node['qualifier']) ?? '*'] }];
  if (node.type !== 'CallExpression' || !isNode(node['callee'])) return [];
  const { callee } = node;
  if (callee.type !== 'Import' && textIn(callee) !== 'require') return [];
  const [first] = node['arguments'] as { expression: unknown }[];
  // What a variable names is only known when it runs.
  const from = isNode(first?.expression) && first.expression.type === 'StringLiteral' ? textIn(first.expression) : undefined;
  return from === undefined ? [] : [{ from, names: ['*'] }];
}

function exportsOf(body: readonly Node[], nodes: readonly Node[]): Export[] {
  const seen = new Map<string, number>();
  for (const node of nodes) {
    if (node.type !== 'Identifier') continue;
    const name = textIn(node) ?? '';
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  const usedHere = (name: string): boolean => (seen.get(name) ?? 0) > 1;
  return body.flatMap(exportsIn).map((found) => ({ ...found, usedHere: usedHere(found.name) }));
}

type Exported = Omit<Export, 'usedHere'>;

function exportsIn(statement: Node): Exported[] {
  switch (statement.type) {
    case 'ExportDeclaration':
      return declaredNames(statement['declaration'] as Node);
    case 'ExportNamedDeclaration':
      return specifiersOf(statement).map((specifier) => ({
        name: textIn(specifier['exported']) ?? textIn(specifier['orig']) ?? textIn(specifier['name']) ?? '',
        isType: statement['typeOnly'] === true || specifier['isTypeOnly'] === true,
      }));
    case 'ExportDefaultDeclaration':
    case 'ExportDefaultExpression':
      return [{ name: 'default', isType: false }];
    default:
      return [];
  }
}

function declaredNames(declaration: Node): Exported[] {
  if (declaration.type === 'VariableDeclaration') {
    const patterns = (declaration['declarations'] as Node[]).map(({ id }) => id);
    return patterns.flatMap(boundNames).map((name) => ({ name, isType: false }));
  }
  const name = textIn(declaration['identifier']) ?? textIn(declaration['id']) ?? '';
  return [{ name, isType: declaration.type.startsWith('Ts') && declaration.type !== 'TsEnumDeclaration' }];
}

/** The names a pattern binds; keys and default values inside it are not names. */
function boundNames(pattern: unknown): string[] {
  if (!isNode(pattern)) return [];
  switch (pattern.type) {
    case 'Identifier':
      return [textIn(pattern) ?? ''];
    case 'ObjectPattern':
      return (pattern['properties'] as Node[]).flatMap((property) =>
        boundNames(property['argument'] ?? property['value'] ?? property['key']),
      );
    case 'ArrayPattern':
      return (pattern['elements'] as unknown[]).flatMap(boundNames);
    case 'AssignmentPattern':
      return boundNames(pattern['left']);
    case 'RestElement':
      return boundNames(pattern['argument']);
    default:
      return [];
  }
}

function specifiersOf(statement: Node): Node[] {
  return statement['specifiers'] as Node[];
}

function sourceOf(statement: Node): string {
  return textIn(statement['source']) ?? '';
}

function stringOf(node: Node): string[] {
  if (node.type === 'StringLiteral') return [textIn(node) ?? ''];
  return node.type === 'TemplateElement' && typeof node['cooked'] === 'string' ? [node['cooked']] : [];
}
