import type { Hono } from 'hono';
import type { Tokens } from './core.ts';
import type { SeedPerson } from './state/seed.ts';

/** How a workspace is to be. Everything has a default. */
export interface WorkspaceOptions {
  /** 0 or absent: a free one. */
  port?: number;
  /** The app's manifest; the repository's own by default. */
  manifestPath?: string;
  people?: readonly SeedPerson[];
  /** Where signed HTTP deliveries go while no socket is connected. */
  requestUrl?: string;
  tokens?: Partial<Tokens>;
  /** Words for the banner of the page. */
  notice?: string;
  /** Mounts the page's own routes. */
  pageRoutes?: (app: Hono) => void;
  now?: () => number;
  /** Slack waits 3000 ms; tests of silence may wait less. */
  ackTimeoutMs?: number;
  /** Slack gives a trigger 3000 ms; a debugger may need more. */
  triggerTtlMs?: number;
}
