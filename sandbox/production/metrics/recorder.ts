// What the load generator saw: counters and histograms as a client library would keep them, and the last minutes one by one.

/** One request as the load generator measured it. */
export interface Observation {
  route: string;
  /** The HTTP status, or "000" when there was no answer at all. */
  code: string;
  version: string;
  seconds: number;
  at: number;
}

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  name: string;
  labels: Labels;
  value: number;
}

export interface Health {
  requests: number;
  errors: number;
  /** NaN when nothing was measured: no data is not health. */
  errorShare: number;
  checkoutErrorShare: number;
  byVersion: Record<string, { requests: number; errors: number }>;
}

export interface Recorder {
  observe(observation: Observation): void;
  counters(): Iterable<Counter>;
  /** The measured state of the last seconds. */
  health(seconds: number, now: number): Health;
}

/** Upper bounds of the duration histogram, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const;
const KEPT_MS = 10 * 60_000;
const KEPT_MOST = 60_000;

const isError = (code: string): boolean => code === '000' || code.startsWith('5');

/** An empty recorder. */
export function createRecorder(): Recorder {
  const counters = new Map<string, Counter>();
  let recent: Observation[] = [];
  const add = (name: string, labels: Labels, amount: number): void => {
    const key = `${name}${JSON.stringify(labels)}`;
    const counter = counters.get(key);
    if (counter) counter.value += amount;
    else counters.set(key, { name, labels, value: amount });
  };
  return {
    observe(observation) {
      const { route, code, version, seconds } = observation;
      const base = { service: 'shop', route, version };
      // Both codes exist from the first request on, so that a share of errors is 0 and not "no data" while there are none.
      for (const known of ['200', '500']) add('http_requests_total', { ...base, code: known }, 0);
      add('http_requests_total', { ...base, code }, 1);
      for (const bound of BOUNDS) add('http_request_duration_seconds_bucket', { ...base, le: String(bound) }, seconds <= bound ? 1 : 0);
      add('http_request_duration_seconds_bucket', { ...base, le: '+Inf' }, 1);
      add('http_request_duration_seconds_sum', base, seconds);
      add('http_request_duration_seconds_count', base, 1);
      recent.push(observation);
      if (recent.length > KEPT_MOST) recent = recent.filter(({ at }) => at > observation.at - KEPT_MS).slice(-KEPT_MOST / 2);
    },
    counters: () => counters.values(),
    health: (seconds, now) => measure(recent.filter(({ at }) => at > now - seconds * 1_000)),
  };
}

function measure(observations: readonly Observation[]): Health {
  const byVersion: Health['byVersion'] = {};
  for (const { version, code } of observations) {
    const row = (byVersion[version] ??= { requests: 0, errors: 0 });
    row.requests += 1;
    if (isError(code)) row.errors += 1;
  }
  const checkouts = observations.filter(({ route }) => route === '/checkout');
  const errors = observations.filter(({ code }) => isError(code)).length;
  return { requests: observations.length, errors, errorShare: share(observations), checkoutErrorShare: share(checkouts), byVersion };
}

function share(observations: readonly Observation[]): number {
  return observations.filter(({ code }) => isError(code)).length / observations.length;
}
