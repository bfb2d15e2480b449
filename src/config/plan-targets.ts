// What a plan's step says about the thing it changes belongs to the provider: it is checked against the provider's own schema.
import { explain, type Checked } from './explain.ts';
import type { Problem } from './problem.ts';
import { at, list, record } from './raw.ts';
import type { Known } from './semantics.ts';

export function checkTargets(root: unknown, { targets }: Known, file: Pick<Checked, 'located' | 'file'>): Problem[] {
  return Object.entries(record(at(root, ['plans']))).flatMap(([plan, fields]) =>
    list(at(fields, ['steps'])).flatMap((step, index) => {
      const { provider, target } = record(step);
      const schema = typeof provider === 'string' ? targets?.get(provider) : undefined;
      // A target that is absent or no list of settings has been reported already.
      if (!schema || typeof target !== 'object' || target === null) return [];
      const checked = { ...file, schema, at: ['plans', plan, 'steps', index, 'target'] };
      return (schema.safeParse(target).error?.issues ?? []).flatMap((issue) => explain(issue, checked));
    }),
  );
}
