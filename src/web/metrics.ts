import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface OutboxCounts {
  waiting: number;
  due: number;
  parked: number;
  oldestDueMs: number;
}

/** What Warroom tells Prometheus about itself. Times come in as milliseconds and go out as seconds, Prometheus' base unit. */
export interface Metrics {
  registry: Registry;
  jobEnded: (kind: string, end: string, ms: number) => void;
  /** From the arrival of something a person did in Slack to its acknowledgement. */
  inputAcked: (kind: string, ms: number) => void;
  /** A request that claimed to be Slack's and was turned away before anything read it. */
  slackRefused: (reason: string) => void;
  /** A call of a provider's webhook, by the status it was answered with. */
  hookAnswered: (provider: string, status: number) => void;
  setOutbox: (counts: OutboxCounts) => void;
  setOpenIncidents: (count: number) => void;
  /** False while the figures that come from the store could not be read and are the last known ones. */
  setStoreFiguresFresh: (fresh: boolean) => void;
}

/** `loopLagMs` is read whenever Prometheus asks. */
export function createMetrics({ loopLagMs }: { loopLagMs: () => number }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(loopLagGauge(loopLagMs));
  return { registry, ...jobMetrics(registry), ...inputMetrics(registry), ...storeMetrics(registry) };
}

function loopLagGauge(loopLagMs: () => number): Gauge {
  return new Gauge({
    name: 'warroom_event_loop_lag_seconds',
    help: 'Worst recent delay of the event loop.',
    registers: [],
    collect() {
      this.set(loopLagMs() / 1000);
    },
  });
}

function jobMetrics(registry: Registry): Pick<Metrics, 'jobEnded'> {
  const registers = [registry];
  const ends = new Counter({ name: 'warroom_jobs_total', help: 'Job runs by how they ended.', labelNames: ['kind', 'end'], registers });
  const times = new Histogram({
    name: 'warroom_job_seconds',
    help: 'How long one run of a job took.',
    labelNames: ['kind'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  return {
    jobEnded: (kind, end, ms) => {
      ends.inc({ kind, end });
      times.observe({ kind }, ms / 1000);
    },
  };
}

function inputMetrics(registry: Registry): Pick<Metrics, 'inputAcked' | 'slackRefused' | 'hookAnswered'> {
  const registers = [registry];
  const acks = new Histogram({
    name: 'warroom_input_ack_seconds',
    help: 'Time until an input from Slack was acknowledged. Slack gives up after 3 seconds.',
    labelNames: ['kind'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3],
    registers,
  });
  const refused = new Counter({
    name: 'warroom_slack_requests_refused_total',
    help: 'Requests to the Slack address that were turned away before they were read.',
    labelNames: ['reason'],
    registers,
  });
  const hooks = new Counter({
    name: 'warroom_hooks_total',
    help: 'Calls of providers at /hooks, by the status they were answered with.',
    labelNames: ['provider', 'status'],
    registers,
  });
  return {
    inputAcked: (kind, ms) => acks.observe({ kind }, ms / 1000),
    slackRefused: (reason) => refused.inc({ reason }),
    hookAnswered: (provider, status) => hooks.inc({ provider, status: String(status) }),
  };
}

function storeMetrics(registry: Registry): Pick<Metrics, 'setOutbox' | 'setOpenIncidents' | 'setStoreFiguresFresh'> {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  const waiting = gauge('warroom_outbox_waiting', 'Jobs not done yet, deadlines that lie ahead among them.');
  const due = gauge('warroom_outbox_due', 'Jobs whose time has come and that are not done yet.');
  const parked = gauge('warroom_outbox_parked', 'Jobs given up: somebody should look.');
  const oldest = gauge('warroom_outbox_oldest_due_seconds', 'How long the oldest due job has been waiting.');
  const open = gauge('warroom_incidents_open', 'Incidents that are not resolved.');
  const fresh = gauge('warroom_store_figures_fresh', '1 if outbox and incident figures were read just now, 0 if they are the last known.');
  return {
    setOutbox: (counts) => {
      waiting.set(counts.waiting);
      due.set(counts.due);
      parked.set(counts.parked);
      oldest.set(counts.oldestDueMs / 1000);
    },
    setOpenIncidents: (count) => open.set(count),
    setStoreFiguresFresh: (isFresh) => fresh.set(isFresh ? 1 : 0),
  };
}
