/** Words on their way into Slack. Whatever people, commits or providers wrote passes through here before it is shown. */

const hidden = /[\p{Cc}\p{Cf}\p{Cs}]/gu;
const joiner = '\u200d';

/** Without control characters, direction marks and halves of characters; line breaks and the joiner inside emoji stay. */
function visible(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(hidden, (found) => (found === '\n' || found === joiner ? found : ''));
}

const oneLine = (text: string): string => visible(text.replaceAll('\t', ' ')).replace(/\s+/gu, ' ').trim();

/** For plain_text fields, where nothing is markup: one line, without what cannot be seen. */
export const plain = (text: string, max = 3000): string => clip(oneLine(text), max);

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** For mrkdwn: nothing in it is a mention or a link any more, and nobody is woken. Line breaks stay. */
export function escape(text: string): string {
  const safe = visible(text).replace(/[&<>]/g, (sign) => entities[sign] ?? sign);
  return safe.replace(/@(?=(?:channel|here|everyone|group)\b)/gi, `@${joiner}`);
}

/** One line of at most `max` characters, escaped. Three backticks would tear it apart with a block of code. */
export const line = (text: string, max = 200): string => escape(plain(text, max)).replaceAll('```', "'''");

const looksLike: Record<string, string> = { '*': '∗', '~': '∼', '`': "'", '“': '"', '”': '"' };

/** What somebody said, on a card that others decide by: it ends where its quotation mark is, and nothing in it is bold or code. */
export const quoted = (text: string, max = 200): string => `“${line(text, max).replace(/[*~`“”]/g, (sign) => looksLike[sign] ?? sign)}”`;

/** Escaped, as code: a backtick cannot end it. */
export const code = (text: string, max = 80): string => `\`${line(text.replaceAll('`', "'"), max)}\``;

/** At most `max` characters (as Slack counts them), ending in “…” when something is left out. No markup is cut in half. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = Array.from(text);
  if (characters.length <= max) return text;
  const kept = characters.slice(0, max - 1).join('');
  return `${kept.replace(/&[a-z]{0,4}$|<[^<>\n]*$/, '').trimEnd()}…`;
}

/** A person, or Warroom itself. */
export const mention = (user: string): string =>
  /^[UW][A-Z0-9]{1,30}$/.test(user) ? `<@${user}>` : line(user === 'warroom' ? 'Warroom' : user);

export const channelLink = (id: string): string => (/^[CGD][A-Z0-9]{1,30}$/.test(id) ? `<#${id}>` : line(id));

/** A link when the address is one of the web; else its label alone. */
export function link(url: string | undefined, label: string): string {
  const address = webAddress(url);
  const shown = line(label).replaceAll('|', '/');
  return address === undefined ? shown : `<${address}|${shown}>`;
}

/** The address, when it is one of the web and harmless inside `<…|…>`. */
export function webAddress(url: string | undefined): string | undefined {
  if (url === undefined || url.length > 2000 || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return href.replace(/[|<>]/g, encodeURIComponent).replaceAll('&', '&amp;');
}

/** `14:35 UTC` */
export const utcTime = (at: number): string => `${iso(at).slice(11, 16)} UTC`;

/** `2026-11-23 14:35 UTC` */
export const utcDateTime = (at: number): string => `${iso(at).slice(0, 10)} ${utcTime(at)}`;

const iso = (at: number): string => new Date(at).toISOString();

/** A moment in the reader's own time zone; UTC where Slack cannot draw it. */
export function date(at: number, style: 'time' | 'datetime' = 'time'): string {
  const seconds = Math.floor(at / 1000);
  return style === 'time'
    ? `<!date^${seconds}^{time}|${utcTime(at)}>`
    : `<!date^${seconds}^{date_short_pretty} at {time}|${utcDateTime(at)}>`;
}

/** A measured time: `03:12`, `1:03:12`. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const tail = `${pad(minutes)}:${pad(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

const pad = (number: number): string => String(number).padStart(2, '0');

/** A length of time in words: `45 s`, `12 min`, `2 h`, `1 h 30 min`, `3 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours >= 48) return `${Math.round(hours / 24)} d`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** `1 commit`, `3 commits` */
export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c` */
export function listed(items: readonly string[], last = 'and'): string {
  const [end, ...rest] = items.toReversed();
  if (end === undefined) return '';
  return rest.length === 0 ? end : `${rest.toReversed().join(', ')} ${last} ${end}`;
}
