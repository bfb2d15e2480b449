import type { ModalView } from '@slack/types';
import { describe, expect, it } from '@jest/globals';
import { assertOwn, ownedBy } from '../../../src/slack/answer.ts';
import { readMetadata } from '../../../src/slack/form.ts';

const form: ModalView = { type: 'modal', title: { type: 'plain_text', text: 'Reject' }, blocks: [], private_metadata: '{"id":"rb_1"}' };
const hiddenIn = ({ private_metadata: hidden = '' }: ModalView): unknown => readMetadata(hidden);

describe('A16: a form', () => {
  it('keeps what it carries, and whom it was opened for', () => expect(hiddenIn(ownedBy('U1', form))).toEqual({ id: 'rb_1', by: 'U1' }));

  it('that carries nothing still belongs to somebody', () => {
    const { private_metadata: _, ...bare } = form;
    expect(hiddenIn(ownedBy('U1', bare))).toEqual({ by: 'U1' });
  });

  it('is taken from whoever opened it', () => expect(() => assertOwn(hiddenIn(ownedBy('U1', form)), 'U1')).not.toThrow());

  it.each([hiddenIn(ownedBy('U1', form)), { id: 'rb_1' }, {}, null, 'U2', ['U2'], { by: ['U2'] }])(
    'is not taken from anybody else: %p',
    (hidden) => expect(() => assertOwn(hidden, 'U2')).toThrow('this form was opened by somebody else'),
  );
});
