// What the rules about plans are given.
import type { Path } from './located.ts';
import type { PlanFields } from './plan-schema.ts';
import type { Report } from './semantics.ts';

export type Reports = { readonly error: Report; readonly warn: Report };

/** A plan in its file. */
export type Planned = {
  readonly plan: PlanFields;
  readonly path: Path;
  readonly written: unknown;
  /** The whole file, unchecked. */
  readonly root: unknown;
};
