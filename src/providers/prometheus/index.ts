// Measures by instant query. Everything that is not one finite number is `missing`: no data must never look like zero.
import type { MetricSource } from '../../ports.ts';
import { defineMetricProvider } from '../define-provider.ts';
import { createTransport } from '../transport.ts';
import { Answer, Settings } from './schema.ts';

type Measurement = Awaited<ReturnType<MetricSource['measure']>>;

/** Prometheus and everything that answers its query API: Thanos, Mimir, VictoriaMetrics. */
export const prometheus = defineMetricProvider({
  id: 'prometheus',
  Settings,
  looksBack: true,
  create({ url, token, allowPrivate, timeouts }): MetricSource {
    const remedy = token === undefined ? 'set PROMETHEUS_TOKEN' : 'check PROMETHEUS_TOKEN';
    const transport = createTransport({ provider: 'prometheus', url, remedy, token, allowPrivate, timeouts });
    const headers = { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    return {
      async measure(query, when) {
        // GET, not POST: read-only proxies in front of Prometheus let nothing else through.
        const response = await transport.fetch(queryUrl(url, query, when?.at), { headers });
        const text = await response.text();
        return numberOf(transport.read(Answer, json(text)));
      },
    };
  },
});

function queryUrl(base: string, query: string, at: number | undefined): string {
  const url = new URL(`${base.replace(/\/+$/, '')}/api/v1/query`);
  url.searchParams.set('query', query);
  url.searchParams.set('timeout', '5s');
  if (at !== undefined) url.searchParams.set('time', String(at / 1000)); // seconds, with a fraction
  return url.href;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused by the shape, which says so with the host's name
  }
}

function numberOf({ data }: Answer): Measurement {
  switch (data.resultType) {
    case 'scalar':
      return finite(data.result[1]);
    case 'vector':
      return onlyOf(data.result);
    case 'matrix':
    case 'string':
      return { missing: `the query gives a ${data.resultType}, not a number` };
  }
}

function onlyOf(series: readonly { value?: [number, string] | undefined }[]): Measurement {
  const [first, ...others] = series;
  if (!first) return { missing: 'no data' };
  if (others.length > 0) return { missing: `${series.length} series instead of one number; add sum() or a filter to the query` };
  if (!first.value) return { missing: 'the series is a histogram, not a number' };
  return finite(first.value[1]);
}

function finite(text: string): Measurement {
  const value = Number(text);
  if (text === 'NaN') return { missing: 'not a number (0 divided by 0: probably no traffic)' };
  if (!Number.isFinite(value) || text.trim() === '') return { missing: `no finite number (${text.slice(0, 10)})` };
  return { value };
}
