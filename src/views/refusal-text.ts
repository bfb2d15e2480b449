import type { Message } from './blocks.ts';
import { note } from './blocks.ts';
import { escape } from './text.ts';

/** What a person reads who is refused. People and rooms may be named in it; nothing else in it is markup. */
export const refusalMessage = (refusal: { message: string }): Message =>
  note(escape(refusal.message).replace(/&lt;(@[UW][A-Z0-9]{1,30}|#[CG][A-Z0-9]{1,30})&gt;/g, '<$1>'));

/** What a person reads when Warroom itself failed: that nothing was recorded, and what to pass on. */
export const troubleMessage = (reference: string): Message =>
  note(`*Not recorded.* Something failed on our side. Press or send it again. If it stays so, pass on the reference ${escape(reference)}.`);

/** What a person reads when a provider said no, or nothing. */
export const providerMessage = ({ message, reference }: { message: string; reference: string }): Message =>
  note(`Not done: ${escape(message)}. Reference ${escape(reference)}.`);
