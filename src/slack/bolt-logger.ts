import { LogLevel, type Logger } from '@slack/bolt';
import type { Log } from '../ports.ts';

/**
 * What Bolt has to say, in our log. Its debug lines are dropped whatever the level: they hold whole request bodies, and what people said
 * does not belong into a log.
 */
export function boltLogger(log: Log): Logger {
  let name: string | undefined;
  const said = (write: (fields: object, message: string) => void, parts: readonly unknown[]): void => {
    const [first, ...rest] = parts;
    const message = typeof first === 'string' ? first : 'Slack library';
    const details = typeof first === 'string' ? rest : parts;
    write({ source: 'slack', ...(name && { logger: name }), ...(details.length > 0 && { details }) }, message);
  };
  return {
    debug: () => {},
    info: (...parts: unknown[]) => said(log.info, parts),
    warn: (...parts: unknown[]) => said(log.warn, parts),
    error: (...parts: unknown[]) => said(log.error, parts),
    // One setting rules the whole log, so a library cannot make itself louder.
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: (given) => {
      name = given;
    },
  };
}
