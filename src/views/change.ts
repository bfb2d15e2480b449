/** What would change: versions, commits and the findings of the checks. Used by the plan and by the card alike. */
import type { Change, Check, Commit, Version } from '../domain/plan.ts';
import { lines } from './blocks.ts';
import { code, count, date, line, link, plain } from './text.ts';
import { shortLabel } from './words.ts';

const healthWords: Record<Version['health'], string> = { healthy: 'was healthy', failed: 'had failed', unknown: 'health not known' };

/** `*v42* (a1b2c3d, dev, since 14:02)`: what runs now. */
export function currentText(version: Version): string {
  const since = version.deployedAt === undefined ? undefined : `since ${date(version.deployedAt, 'datetime')}`;
  return `${named(version)}${brackets([commitOf(version), by(version), since])}`;
}

/** `*v41* (9f8e7dd, was healthy)`: where it goes. */
export const targetText = (version: Version, isLastGood = false): string =>
  `${named(version)}${brackets([commitOf(version), by(version), isLastGood ? 'last known good' : healthWords[version.health]])}`;

const named = ({ label, url }: Version): string => `*${link(url, shortLabel(label))}*`;

const commitOf = ({ id, label }: Version): string | undefined =>
  /^[0-9a-f]{7,40}$/.test(id) && id !== label ? code(id.slice(0, 7)) : undefined;

const by = ({ by: author }: Version): string | undefined => (author === undefined ? undefined : line(author, 40));

function brackets(parts: readonly (string | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

const shownCommits = 3;

/** What is taken out, by its first commits. */
export function changeText({ summary, url, commits }: Change, shown = shownCommits): string {
  const more = commits.length - shown;
  return lines(
    `${line(summary, 300)}${url === undefined ? '' : ` · ${link(url, 'compare')}`}`,
    ...commits.slice(0, shown).map(commitLine),
    more > 0 ? `and ${count(more, 'more commit')}` : undefined,
  );
}

const commitLine = ({ sha, title, author }: Commit): string => `• ${code(sha.slice(0, 7))} ${line(title, 120)} (${line(author, 40)})`;

/** Every finding with its reason; the word says how bad it is. */
export const checksText = (checks: readonly Check[]): string => checks.toSorted(worstFirst).slice(0, 12).map(checkLine).join('\n');

const signs: Record<Check['level'], string> = { block: '✗ stops it:', warn: '⚠ careful:', pass: '✓ ok:' };

const weight: Record<Check['level'], number> = { block: 0, warn: 1, pass: 2 };

const worstFirst = (a: Check, b: Check): number => weight[a.level] - weight[b.level];

const checkLine = ({ level, text }: Check): string => `${signs[level]} ${line(text, 300)}`;

/** `v42 → v41`, for one line. */
export const arrow = (from: Version | undefined, to: Version | undefined): string =>
  `${plain(shortLabel(from?.label ?? 'unknown'), 40)} → ${plain(shortLabel(to?.label ?? 'unknown'), 40)}`;
