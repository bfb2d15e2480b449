/** Tells what is new since the last look: on the card, as people see it, and in the books of the systems that were changed. */
import type { Production } from '../production/production.ts';

export interface News {
  who: string;
  text: string;
}

/** Called with the words of the card; each piece of news is told once. */
export type Watch = (card: string) => News[];

/** What happened before counts as known. */
export function createWatch(production: Production): Watch {
  const known = new Set(onRecord(production).map(textOf));
  return (card) => {
    const news = [...onRecord(production), ...onCard(card)].filter((item) => !known.has(textOf(item)));
    for (const item of news) known.add(textOf(item));
    return news;
  };
}

const textOf = ({ who, text }: News): string => `${who} ${text}`;

/** When it happened by the system's own clock. */
const clock = (at: number | string): string => new Date(at).toISOString().slice(11, 23);

/** The time in the text makes two equal changes two pieces of news. */
function onRecord({ balancer, flags, github }: Production): News[] {
  return [
    ...balancer.audit().map(({ to, at }) => ({ who: 'balancer', text: `${clock(at)} weights ${weightsText(to)}` })),
    ...flags.audit().map(({ key, to, at }) => ({ who: 'flags', text: `${clock(at)} ${key} ${to ? 'on' : 'off'}` })),
    ...github.ledger().flatMap(({ workflow, version, requestedAt, conclusion }) => {
      const run = `${clock(requestedAt)} ${workflow} to ${version.slice(0, 7)}`;
      return [
        { who: 'github', text: `${run} requested` },
        ...(conclusion === null ? [] : [{ who: 'github', text: `${run}: ${conclusion}` }]),
      ];
    }),
  ];
}

const weightsText = (weights: Record<string, number>): string =>
  Object.entries(weights)
    .map(([version, weight]) => `${version} ${weight} %`)
    .join(', ');

/** `*1. shift-traffic* · ✓ done in under a second · traffic …` */
const stepLine = /^\*(\d+)\. (\S+)\* · (being started|… running|✓ done(?: in [^·]+)?|✗ failed|⚠ outcome not known|left out|stopped)/;

function onCard(words: string): News[] {
  const steps = words.split('\n').flatMap((line) => {
    const [, number, name = '', state = ''] = stepLine.exec(line.trim()) ?? [];
    return number === undefined ? [] : [{ who: 'card', text: `step ${number} ${name}: ${state.trim()}` }];
  });
  return words.includes('*verifying*')
    ? [...steps, { who: 'card', text: 'all steps are done; it is measured whether that helped' }]
    : steps;
}
