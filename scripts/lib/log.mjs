/** One line for the person in front of the terminal. On stderr, so that stdout stays the program's own (`bench -- --json`). */
export function say(message) {
  process.stderr.write(`[warroom] ${message}\n`);
}

/** Seconds since a moment, ready to print. */
export function since(start) {
  return `${((Date.now() - start) / 1000).toFixed(1)} s`;
}

/** In CI a missing part is a failure; on a laptop it is a note. */
export function inCi() {
  const { CI } = process.env;
  return CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
}
