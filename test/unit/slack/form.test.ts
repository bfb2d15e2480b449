import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readForm, readMetadata } from '../../../src/slack/form.ts';

const Form = z.object({ title: z.string('Say what').min(1, 'Say what'), severity: z.enum(['SEV1', 'SEV2']), who: z.string().optional() });

/** A submitted form: each field's element as Slack sends it. */
const view = (fields: Record<string, unknown>) => ({
  state: { values: Object.fromEntries(Object.entries(fields).map(([field, element]) => [field, { anyAction: element }])) },
});

describe('reading a form', () => {
  it('takes text, choices and people from whatever element holds them', () =>
    expect(
      readForm(
        Form,
        view({
          title: { type: 'plain_text_input', value: 'it is down' },
          severity: { type: 'static_select', selected_option: { value: 'SEV1' } },
          who: { type: 'users_select', selected_user: 'U1' },
        }),
      ),
    ).toEqual({ data: { title: 'it is down', severity: 'SEV1', who: 'U1' } }));

  it('takes what was left empty as absent', () =>
    expect(
      readForm(Form, view({ title: { value: 'x' }, severity: { selected_option: { value: 'SEV2' } }, who: { selected_user: null } })),
    ).toEqual({ data: { title: 'x', severity: 'SEV2' } }));

  it('says at each field what is wrong with it', () =>
    expect(readForm(Form, view({ title: { value: null }, severity: { selected_option: { value: 'SEV9' } } }))).toEqual({
      errors: { title: 'Say what', severity: expect.any(String) },
    }));

  it('leaves fields out that nobody asked for', () =>
    expect(readForm(z.object({ a: z.string() }), view({ a: { value: 'x' }, b: { value: 'y' } }))).toEqual({ data: { a: 'x' } }));
});

describe('what a button or a form carries', () => {
  it.each([
    ['{"id":"rb_1"}', { id: 'rb_1' }],
    ['', {}],
    ['no json', {}],
    ['{"id":', {}],
  ])('is read from %j', (text, value) => expect(readMetadata(text)).toEqual(value));

  it('cannot reach into what objects inherit', () => {
    const Id = z.object({ id: z.string() });
    expect(Id.parse(readMetadata('{"id":"x","__proto__":{"admin":true}}'))).toEqual({ id: 'x' });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});
