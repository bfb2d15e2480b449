/** How holds are said on cards and in answers. */
import type { Hold } from '../domain/hold.ts';
import { holdsOf, scopeText, stuckPathsOf } from '../domain/hold.ts';
import type { KnownIncident } from '../domain/incident.ts';
import { rollbackName } from '../domain/words.ts';
import { count, line, listed, mention } from './text.ts';

const shown = 5;

/** “shop (RB-1 rolls it back), everything (nobody knows what it is)”; nothing when nothing is held. */
export function heldText(state: KnownIncident): string | undefined {
  const holds = holdsOf(state);
  if (holds.length === 0) return undefined;
  const said = holds.slice(0, shown).map((hold) => `${scopeWords(hold)} (${line(hold.reason, 80)})`);
  const left = holds.length - shown;
  return [...said, ...(left > 0 ? [`and ${left} more`] : [])].join(', ');
}

/** What nothing holds any more, and is still switched off all the same. */
function stuckText(state: KnownIncident): string | undefined {
  const stuck = stuckPathsOf(state);
  if (stuck.length === 0) return undefined;
  const named = stuck.slice(0, shown).map(({ name }) => line(name, 80));
  const left = stuck.length - shown;
  return listed(left > 0 ? [...named, count(left, 'more')] : named);
}

/** Both in lines of their own, for cards. */
export function heldLines(state: KnownIncident): string | undefined {
  const [held, stuck] = [heldText(state), stuckText(state)];
  const said = [held && `*Held* ${held}`, stuck && `*Still switched off* ${stuck}`].filter((each) => each !== undefined);
  return said.length === 0 ? undefined : said.join('\n');
}

/** At the end of an incident: what stays as it is until somebody releases it, and how. */
export function leftHeld(state: KnownIncident): string | undefined {
  const [holds, stuck] = [holdsOf(state), stuckPathsOf(state)];
  if (holds.length + stuck.length === 0) return undefined;
  const [held, off] = [heldText(state), stuckText(state)];
  const what = [held && `Still held: ${held}.`, off && `Still switched off: ${off}.`].filter((each) => each !== undefined).join(' ');
  const scopes = [...new Set([...holds.map(({ scope }) => scope), ...stuck.map(({ service }) => service)])];
  const commands = scopes.slice(0, shown).map((scope) => `\`${releaseCommand(scope)}\``);
  return `${what} It stays so until somebody types ${listed(commands)}`;
}

/** The room would else believe that something stops people. */
export function wordOnlyText(services: readonly string[]): string | undefined {
  if (services.length === 0) return undefined;
  const named = services.slice(0, shown).map((service) => line(service, 63));
  const left = services.length - shown;
  return `Warroom cannot switch off the deploys of ${listed(left > 0 ? [...named, `${left} more`] : named)}, so tell people not to deploy`;
}

/** How to release it, as code that can be typed after. */
const releaseCommand = (scope: string): string =>
  line(scope === 'all' ? '/incident unfreeze all <reason>' : `/rollback unlock ${scope} <reason>`);

/** `shop`, `everything` */
export const scopeWords = ({ scope }: Pick<Hold, 'scope'>): string => line(scopeText(scope), 63);

/** The person, or the rollback that did it by itself. */
export const holderWords = ({ by, rollback }: Hold): string => (rollback === undefined ? mention(by) : rollbackName(rollback));
