import type { z } from 'zod';

interface SubmittedView {
  state: { values: Record<string, Record<string, unknown>> };
}

/** Reads a modal's fields: the block id is the field's name, whatever element is in it. Problems come back per field. */
export function readForm<Form>(form: z.ZodType<Form>, view: SubmittedView): { data: Form } | { errors: Record<string, string> } {
  const fields = Object.keys(view.state.values);
  const parsed = form.safeParse(valuesOf(view));
  if (parsed.success) return { data: parsed.data };
  return { errors: Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0] ?? fields[0] ?? ''), issue.message])) };
}

/** What stands in a modal's fields, by name; an empty field is left out. */
export function valuesOf({ state }: { state?: SubmittedView['state'] }): Record<string, string> {
  const fields = Object.entries(state?.values ?? {}).map(([field, elements]) => [field, valueOf(Object.values(elements)[0])] as const);
  return Object.fromEntries(fields.flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])));
}

interface Element {
  value?: string | null;
  selected_option?: { value: string } | null;
  selected_user?: string | null;
}

function valueOf(element: unknown): string | undefined {
  const { value, selected_option: option, selected_user: user } = (element ?? {}) as Element;
  return value ?? option?.value ?? user ?? undefined;
}

/** Ids carried by a button or a modal. Whatever else is in there is refused by the feature's schema. */
export function readMetadata(text: string): unknown {
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    return {};
  }
}
