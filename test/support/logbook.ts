import type { Log } from '../../src/ports.ts';

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  fields: object;
  message: string;
}

/** A log that keeps its lines. */
export function aLogbook(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (fields: object, message: string): void =>
      void lines.push({ level, fields, message });
  return { log: { info: write('info'), warn: write('warn'), error: write('error') }, lines };
}
