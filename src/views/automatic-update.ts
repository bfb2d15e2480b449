/** The texts that are posted by themselves when something turns, each for its readers. Nothing is said that was not seen. */
import type { Audience, OpenStatus } from '../domain/words.ts';
import type { AnyEvent } from './fact-sentence.ts';
import { clip, plain, utcTime } from './text.ts';

/** The turns that readers outside hear of. */
type Turn = Extract<
  AnyEvent,
  {
    type:
      | 'incident.declared'
      | 'incident.status-changed'
      | 'incident.resolved'
      | 'rollback.step-started'
      | 'rollback.verified'
      | 'rollback.step-failed';
  }
>;

const turns: readonly string[] = [
  'incident.declared',
  'incident.status-changed',
  'incident.resolved',
  'rollback.step-started',
  'rollback.verified',
  'rollback.step-failed',
] satisfies readonly Turn['type'][];

const isTurn = (event: AnyEvent): event is Turn => turns.includes(event.type);

/** What a reader outside the team is told. The team reads the announcement in the room. */
type Outside = Exclude<Audience, 'internal'>;

interface About {
  /** What customers see, in their words. */
  impact?: string | undefined;
  nextAt?: number | undefined;
}

/** The text for this fact, or nothing when these readers need not hear of it. Raw text: it is escaped when it is posted. */
export function automaticUpdate(audience: Outside, event: AnyEvent, about: About): string | undefined {
  const text = isTurn(event) ? turn(event, audience, about) : undefined;
  if (text === undefined) return undefined;
  const next = about.nextAt === undefined || event.type === 'incident.resolved' ? '' : ` We write again at ${utcTime(about.nextAt)}.`;
  return clip(`${text}${next}`, 3000);
}

function turn(event: Turn, audience: Outside, { impact }: About): string | undefined {
  const seen = impact === undefined ? '' : ` What customers see: ${plain(impact, 1000)}`;
  switch (event.type) {
    case 'incident.declared':
      return forReaders(
        audience,
        `We have noticed a problem and are looking into it.${seen}`,
        'Tell customers that we know about it. Do not name a cause or a time.',
      );
    case 'incident.status-changed':
      return forReaders(audience, statusTexts[event.status], statusAdvice[event.status]);
    case 'incident.resolved':
      return forReaders(audience, 'The problem is solved. We are sorry for the trouble.', 'Tell customers that it works again.');
    case 'rollback.step-started':
      return event.step === 0
        ? forReaders(audience, 'We are taking back a recent change.', 'Do not promise yet that it helps.')
        : undefined;
    case 'rollback.verified':
      return event.verdict === 'recovered'
        ? forReaders(audience, 'Our measurements look good again. We keep watching.', 'Ask customers who still see it to write to us.')
        : forReaders(audience, 'What we tried did not clearly help yet. We are working on it.', 'Tell customers that it goes on.');
    case 'rollback.step-failed':
      return forReaders(audience, undefined, 'Taking back the recent change failed. Tell customers that it goes on.');
  }
}

const statusTexts: Record<OpenStatus, string> = {
  investigating: 'We are looking for the cause.',
  identified: 'We know what is wrong and are working on it.',
  mitigating: 'We are putting it right now.',
  monitoring: 'It looks good again. We keep watching.',
};

const statusAdvice: Record<OpenStatus, string> = {
  investigating: 'Do not name a cause.',
  identified: 'Do not name the cause, and do not name a time.',
  mitigating: 'Do not name a time.',
  monitoring: 'Do not say yet that it is over.',
};

function forReaders(audience: Outside, text: string | undefined, advice: string): string | undefined {
  if (audience === 'external') return text;
  return text === undefined ? advice : `${text} ${advice}`;
}
