import { randomUUID } from 'node:crypto';

/** What apps.connections.open hands out: good for one connection, for half a minute. */
export interface Tickets {
  issue(): string;
  /** Uses it up; false when it was unknown, used or late. */
  redeem(ticket: string): boolean;
}

const lifeMs = 30_000;

/** Tickets by the workspace clock. */
export function createTickets(now: () => number): Tickets {
  const expiries = new Map<string, number>();
  return {
    issue() {
      for (const [old, expires] of expiries) if (expires <= now()) expiries.delete(old);
      const ticket = randomUUID();
      expiries.set(ticket, now() + lifeMs);
      return ticket;
    },
    redeem(ticket) {
      const expires = expiries.get(ticket) ?? 0;
      expiries.delete(ticket);
      return expires > now();
    },
  };
}
