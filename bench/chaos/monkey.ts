/** Kills and freezes, about every 0.6 seconds as far as there is somebody to hit, until told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Crew } from './crew.ts';
import type { Dice } from './dice.ts';

/** How often the web process is hit instead of a worker, and how often it is a kill. */
const shares = { web: 0.12, kill: 0.6 };
/** Longer than a lease of one second, so that somebody else takes over what the frozen one still believes to hold. */
const frozenMs = { from: 1200, to: 4000 };

/** @returns how to stop it; resolves when everything it broke is up again */
export function release(crew: Crew, dice: Dice, say: (line: string) => void): () => Promise<void> {
  const stopped = new AbortController();
  const began = performance.now();
  const strike = (): void => {
    // All dice are thrown whoever is up: the same seed then means the same throws on a slow machine.
    const [role, isKill, ms, choice] = [
      dice.chance(shares.web) ? ('web' as const) : ('worker' as const),
      dice.chance(shares.kill),
      Math.round(dice.between(frozenMs.from, frozenMs.to)),
      dice.next(),
    ];
    const ripe = crew.ripe(role);
    const victim = ripe[Math.floor(choice * ripe.length)];
    if (!victim) return;
    say(
      `${((performance.now() - began) / 1000).toFixed(1)} s  ${isKill ? 'kill -9' : `freeze ${ms} ms`}  ${victim.name} (${victim.app.pid})`,
    );
    if (isKill) crew.kill(victim);
    else crew.freeze(victim, ms);
  };
  const running = (async () => {
    while (await hasSlept(dice.between(400, 800), stopped.signal)) strike();
  })();
  return async () => {
    stopped.abort();
    await running;
    await crew.settled();
  };
}

/** False when it was woken before its time. */
const hasSlept = (ms: number, signal: AbortSignal): Promise<boolean> => sleep(ms, true, { signal }).catch(() => false);
