/** What an idle Warroom keeps in memory. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { figure, type Figures } from './figure.ts';
import { startHouse } from './house.ts';

const limitMb = 180;
const idleMs = 10_000;

/** A fresh process, so that nothing the other measurements did counts. */
export async function measureMemory(): Promise<Figures> {
  const house = await startHouse();
  try {
    await sleep(idleMs);
    const kilobytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${house.app.pid}/status`, 'utf8'))?.[1]);
    const parts = { peak_mb: kilobytes('VmHWM') / 1024 };
    return { 'memory.idle_mb': figure({ value: kilobytes('VmRSS') / 1024, limit: limitMb, unit: 'MB', samples: 1, parts }) };
  } finally {
    await house.stop();
  }
}
