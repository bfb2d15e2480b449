// Measures whether an address answers: 1 or 0. What says nothing about the service (no name, no answer in time) is missing.
import { z } from 'zod';
import { ProviderError, type MetricSource } from '../../ports.ts';
import { defineMetricProvider } from '../define-provider.ts';
import { Hosts, isAllowed } from '../hosts.ts';
import { AnswerStatus, codesBehind } from '../http-trouble.ts';
import { createTransport, type Transport } from '../transport.ts';

type Measurement = Awaited<ReturnType<MetricSource['measure']>>;

const Settings = z.object({
  /** The only hosts that are ever asked. */
  hosts: Hosts,
  allowPrivate: z.boolean().default(false),
  timeouts: z.object({ connectMs: z.number().optional(), callMs: z.number().optional() }).optional(),
});

/** A page that is larger is no health check. */
const largestAnswer = 1_048_576;
/** The other side was there and said no, or hung up: it is down. */
const down = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** Asks an address once. The query is the address, with `contains "text"` behind it if the answer has to say something. */
export const httpProbe = defineMetricProvider({
  id: 'http-probe',
  Settings,
  looksBack: false,
  create({ hosts, allowPrivate, timeouts }): MetricSource {
    const remedy = 'probe an address that needs no token';
    const url = `http://${hosts[0]}`;
    const transport = createTransport({ provider: 'http-probe', url, remedy, allowPrivate, timeouts, largestAnswer });
    return {
      async measure(query, when) {
        if (when) return { missing: 'http-probe knows only how it is now' };
        return measure(transport, hosts, query);
      },
    };
  },
});

async function measure(transport: Transport, hosts: readonly string[], query: string): Promise<Measurement> {
  const { url, contains } = parse(query);
  if (!isAllowed(url, hosts)) throw refused(`${url.slice(0, 80)} is no address of the hosts of this provider`);
  try {
    const response = await transport.fetch(url, { once: true });
    return { value: (await response.text()).includes(contains) ? 1 : 0 };
  } catch (error) {
    if (error instanceof ProviderError) return readingOf(error);
    throw error;
  }
}

function parse(query: string): { url: string; contains: string } {
  const [, url, contains = ''] = /^\s*(\S+)(?:\s+contains\s+"(.+)")?\s*$/s.exec(query) ?? [];
  if (url === undefined) throw refused('the query is an address, or an address and: contains "text"');
  return { url, contains };
}

function readingOf(error: ProviderError): Measurement {
  if (error.cause instanceof AnswerStatus) return { value: 0 };
  if (codesBehind(error.cause).some((code) => down.includes(code))) return { value: 0 };
  if (error.kind === 'refused') throw error; // a private address: the configuration is wrong, not the service
  return { missing: error.message };
}

const refused = (message: string): ProviderError => new ProviderError('http-probe', 'refused', { message });
