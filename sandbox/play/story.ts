import type { Production } from '../production/production.ts';
import type { TestApi } from '../slack/test-api.ts';

/** What a play tells while it runs: who did what, when, and how long it took. */
export interface Story {
  /** A line of the time line. */
  tell: (who: string, text: string) => void;
  /** A pause for those who read along; none when it is played fast. */
  pause: (ms: number) => Promise<void>;
  /** Milliseconds since the play began. */
  elapsed: () => number;
}

interface StoryOptions {
  fast: boolean;
  print: (line: string) => void;
}

export function createStory({ fast, print }: StoryOptions): Story {
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  return {
    elapsed,
    tell: (who, text) => print(`  +${(elapsed() / 1000).toFixed(1).padStart(5)} s  ${who.padEnd(8)} ${text}`),
    pause: (ms) => (fast ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))),
  };
}

/** What a play is played on. */
export interface Play {
  api: TestApi;
  production: Production;
  story: Story;
  /** One step goes wrong on purpose, so that the rollback has to ask a person. */
  stumble: boolean;
}
