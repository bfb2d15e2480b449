/** Times of day between which something may happen, in a time zone with its own clock changes. */
export interface DailyWindow {
  /** `HH:MM` */
  from: string;
  /** `HH:MM`; before `from` it means the next day. */
  to: string;
  /** IANA name, for example `Europe/Berlin`. */
  timeZone: string;
}

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/** Is the window open at this time (epoch milliseconds)? */
export function isInWindow({ from, to, timeZone }: DailyWindow, at: number): boolean {
  const [begin, end, now] = [minutesOf(from), minutesOf(to), minutesOf(clockIn(timeZone, at))];
  return begin <= end ? now >= begin && now < end : now >= begin || now < end;
}

/** The next time the window is open: `at` itself when it is. Looked for minute by minute, so that clock changes come out right. */
export function nextInWindow(window: DailyWindow, at: number): number {
  if (isInWindow(window, at)) return at;
  let next = Math.ceil(at / minuteMs) * minuteMs;
  for (let step = 0; step <= 2 * dayMinutes && !isInWindow(window, next); step += 1) next += minuteMs;
  return next;
}

/** `09:30` -> 570 */
export function minutesOf(time: string): number {
  const [hours = 0, rest = 0] = time.split(':').map(Number);
  return hours * 60 + rest;
}

/** The time of day there, as `HH:MM`. */
export const clockIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
