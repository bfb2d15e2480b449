// What is said about the thing a provider changes belongs to the provider: it is checked against the provider's own schema.
import { describedCode } from './code-schema.ts';
import { explain, type Checked } from './explain.ts';
import type { Path } from './located.ts';
import type { Problem } from './problem.ts';
import { at, list, record } from './raw.ts';
import type { Known } from './semantics.ts';

type Written = { readonly provider: unknown; readonly target: unknown; readonly at: Path };

/** The targets of steps, and the code of environments, in which the target stands beside the provider. */
export function checkTargets(root: unknown, { targets }: Known, file: Pick<Checked, 'located' | 'file'>): Problem[] {
  return [...stepTargets(root), ...codeTargets(root)].flatMap(({ provider, target, at: path }) => {
    const schema = typeof provider === 'string' ? targets?.get(provider) : undefined;
    // A target that is absent or no list of settings has been reported already.
    if (!schema || typeof target !== 'object' || target === null) return [];
    return (schema.safeParse(target).error?.issues ?? []).flatMap((issue) => explain(issue, { ...file, schema, at: path }));
  });
}

function stepTargets(root: unknown): Written[] {
  return Object.entries(record(at(root, ['plans']))).flatMap(([plan, fields]) =>
    list(at(fields, ['steps'])).map((step, index) => {
      const { provider, target } = record(step);
      return { provider, target, at: ['plans', plan, 'steps', index, 'target'] };
    }),
  );
}

/** Those described here have been checked with the file. */
function codeTargets(root: unknown): Written[] {
  return Object.entries(record(at(root, ['services']))).flatMap(([service, settings]) =>
    Object.entries(record(at(settings, ['environments']))).flatMap(([environment, fields]) => {
      const { provider, ...target } = record(at(fields, ['code']));
      if (typeof provider === 'string' && describedCode.includes(provider)) return [];
      return [{ provider, target, at: ['services', service, 'environments', environment, 'code'] }];
    }),
  );
}
