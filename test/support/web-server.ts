// A web server on a free port for a test, with every part of it replaceable.
import { connect } from 'node:net';
import { createMetrics } from '../../src/web/metrics.ts';
import { createWeb, type Web, type WebOptions } from '../../src/web/server.ts';

export interface TestWeb {
  web: Web;
  port: number;
  url: (path: string) => string;
  metricsText: () => Promise<string>;
  /** What was logged, as text: good enough to see what is not in it. */
  logged: () => string;
}

/** Starts it; the test stops it. */
export async function startWeb(options: Partial<WebOptions> = {}): Promise<TestWeb> {
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const metrics = createMetrics({ loopLagMs: () => 0 });
  const web = createWeb({
    host: '127.0.0.1',
    port: 0,
    ready: () => Promise.resolve([]),
    metrics,
    refreshMetrics: () => Promise.resolve(),
    log: { info: write, warn: write, error: write },
    about: { version: '1.2.3', store: 'embedded', role: 'all' },
    ...options,
  });
  const port = await web.start();
  return {
    web,
    port,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    metricsText: () => metrics.registry.metrics(),
    logged: () => lines.join('\n'),
  };
}

/** Sends bytes as they are, and gives back all that came until the server hung up. */
export function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('error', () => {}); // a reset after the answer is as good as a close
    socket.on('close', () => resolve(answer));
  });
}
