// A query endpoint in the format of Prometheus, answering from what the load generator measured.
import { serveRoutes } from '../http.ts';
import { queryRoutes } from './api.ts';
import type { Recorder } from './recorder.ts';
import { createSamples, type Samples } from './samples.ts';

export interface Prometheus {
  url: string;
  samples: Samples;
  close(): Promise<void>;
}

export interface PrometheusOptions {
  port?: number;
  recorder: Recorder;
  everyMs: number;
  now: () => number;
}

/** Starts sampling and answering. */
export async function startPrometheus({ port = 0, recorder, everyMs, now }: PrometheusOptions): Promise<Prometheus> {
  const samples = createSamples(recorder);
  const server = await serveRoutes(queryRoutes({ samples, now }), { port });
  const timer = setInterval(() => samples.take(now()), everyMs);
  return {
    url: server.url,
    samples,
    close() {
      clearInterval(timer);
      return server.close();
    },
  };
}
