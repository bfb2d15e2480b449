// @ts-check
/** `<!date^…>` and message times, always in the acting person's own zone. Pure: the zone and the present moment come in. */

/** @typedef {{ tz: string, now: number }} Viewer */

/** @param {Date} date @param {string} tz @param {Intl.DateTimeFormatOptions} options */
function part(date, tz, options) {
  return new Intl.DateTimeFormat('en-US', { ...options, timeZone: tz }).format(date);
}

/** @param {number} ms @param {string} tz */
export function clockTime(ms, tz) {
  return part(new Date(ms), tz, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** @param {number} ms @param {string} tz */
export function isoDay(ms, tz) {
  return new Intl.DateTimeFormat('en-CA', { timeZone: tz, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(ms));
}

/** What a date-and-time field shows. @param {number} ms @param {string} tz */
export function fieldStamp(ms, tz) {
  return `${isoDay(ms, tz)}T${clockTime(ms, tz)}`;
}

/** The moment a date-and-time field means in this zone. @param {string} stamp @param {string} tz */
export function momentOf(stamp, tz) {
  const wanted = Date.parse(`${stamp}Z`);
  let moment = wanted;
  // The second look is for the days the clocks change.
  for (const _look of [1, 2]) moment += wanted - Date.parse(`${fieldStamp(moment, tz)}Z`);
  return moment;
}

/** @param {number} ms @param {Viewer} viewer @returns {'today' | 'yesterday' | 'tomorrow' | undefined} */
function near(ms, viewer) {
  const day = isoDay(ms, viewer.tz);
  if (day === isoDay(viewer.now, viewer.tz)) return 'today';
  if (day === isoDay(viewer.now - 86_400_000, viewer.tz)) return 'yesterday';
  return day === isoDay(viewer.now + 86_400_000, viewer.tz) ? 'tomorrow' : undefined;
}

/** @param {number} ms @param {Viewer} viewer */
export function dayLabel(ms, viewer) {
  const word = near(ms, viewer);
  return word ? word[0].toUpperCase() + word.slice(1) : longDate(new Date(ms), viewer.tz);
}

/** @param {Date} date @param {string} tz */
function longDate(date, tz) {
  return `${part(date, tz, { weekday: 'long' })}, ${fullDate(date, tz)}`;
}

/** @param {Date} date @param {string} tz */
function fullDate(date, tz) {
  const day = Number(part(date, tz, { day: 'numeric' }));
  return `${part(date, tz, { month: 'long' })} ${day}${ordinal(day)}, ${part(date, tz, { year: 'numeric' })}`;
}

/** @param {number} day */
function ordinal(day) {
  if (day >= 11 && day <= 13) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th';
}

/** @param {number} ms @param {number} now */
export function ago(ms, now) {
  const seconds = Math.round(Math.abs(now - ms) / 1000);
  const [count, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3600
        ? [Math.floor(seconds / 60), 'minute']
        : seconds < 86_400
          ? [Math.floor(seconds / 3600), 'hour']
          : [Math.floor(seconds / 86_400), 'day'];
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return ms > now ? `in ${words}` : `${words} ago`;
}

/** @param {string} token @param {number} ms @param {Viewer} viewer @returns {string | undefined} */
function dateToken(token, ms, viewer) {
  const date = new Date(ms);
  const { tz } = viewer;
  if (token.endsWith('_pretty')) return near(ms, viewer) ?? dateToken(token.slice(0, -'_pretty'.length), ms, viewer);
  if (token === 'date_num') return isoDay(ms, tz);
  if (token === 'date_slash') return isoDay(ms, tz).replaceAll('-', '/');
  if (token === 'date') return fullDate(date, tz);
  if (token === 'date_short') return part(date, tz, { month: 'short', day: 'numeric', year: 'numeric' });
  if (token === 'date_long') return longDate(date, tz);
  if (token === 'time') return clockTime(ms, tz);
  if (token === 'time_secs') return part(date, tz, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  return token === 'ago' ? ago(ms, viewer.now) : undefined;
}

/**
 * @param {{ unix: number, format: string, fallback: string }} node
 * @param {Viewer} viewer
 * @param {boolean} [opens] whether a sentence begins here: "Today at 14:05", but "since today"
 */
export function formatDate(node, viewer, opens = true) {
  const ms = node.unix * 1000;
  if (Number.isNaN(new Date(ms).getTime())) return node.fallback;
  const text = node.format.replace(/\{([a-z_]+)\}/g, (whole, token) => dateToken(token, ms, viewer) ?? whole);
  return opens && /^\{date\w*_pretty\}/.test(node.format) ? text[0].toUpperCase() + text.slice(1) : text;
}
