import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../../src/web/metrics.ts';

describe('the metrics', () => {
  it('count jobs by how they ended, and time them in seconds', async () => {
    const metrics = createMetrics({ loopLagMs: () => 0 });
    metrics.jobEnded('card.draw', 'done', 200);
    metrics.jobEnded('card.draw', 'failed', 2_000);

    const text = await metrics.registry.metrics();
    expect(text).toContain('warroom_jobs_total{kind="card.draw",end="done"} 1');
    expect(text).toContain('warroom_jobs_total{kind="card.draw",end="failed"} 1');
    expect(text).toContain('warroom_job_seconds_sum{kind="card.draw"} 2.2');
    expect(text).toContain('warroom_job_seconds_bucket{le="0.25",kind="card.draw"} 1');
  });

  it('show acks, refused requests, the outbox, open incidents and the loop', async () => {
    let lag = 0;
    const metrics = createMetrics({ loopLagMs: () => lag });
    metrics.inputAcked('command', 20);
    metrics.slackRefused('signature');
    metrics.setOutbox({ waiting: 3, due: 2, parked: 1, oldestDueMs: 1_500 });
    metrics.setOpenIncidents(2);
    metrics.setStoreFiguresFresh(true);
    lag = 250;

    const text = await metrics.registry.metrics();
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'warroom_input_ack_seconds_sum{kind="command"} 0.02',
        'warroom_slack_requests_refused_total{reason="signature"} 1',
        'warroom_outbox_waiting 3',
        'warroom_outbox_due 2',
        'warroom_outbox_parked 1',
        'warroom_outbox_oldest_due_seconds 1.5',
        'warroom_incidents_open 2',
        'warroom_store_figures_fresh 1',
        'warroom_event_loop_lag_seconds 0.25',
      ]),
    );
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('belong to one house each: two in one process do not disturb one another', async () => {
    const one = createMetrics({ loopLagMs: () => 0 });
    const other = createMetrics({ loopLagMs: () => 0 });
    one.setOpenIncidents(5);
    expect(await other.registry.metrics()).toContain('warroom_incidents_open 0');
  });
});
