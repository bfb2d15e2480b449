import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 20;

export interface LoopLag {
  /** The worst delay of the event loop lately: over one to two windows. */
  currentMs: () => number;
  stop: () => void;
}

/**
 * Measures how long the event loop was blocked. A maximum over the last moments, because a question that is answered at all is answered
 * after the block: a momentary value would always be fine.
 */
export function startLoopLag({ windowMs = 5_000 }: { windowMs?: number } = {}): LoopLag {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let previous = 0;
  // The histogram holds the time between two ticks, so an idle loop shows the resolution itself.
  const worst = (): number => Math.max(0, delays.max / 1e6 - resolutionMs);
  const turn = setInterval(() => {
    previous = worst();
    delays.reset();
  }, windowMs);
  turn.unref();
  return {
    currentMs: () => Math.max(previous, worst()),
    stop: () => {
      clearInterval(turn);
      delays.disable();
    },
  };
}
