import { pino, type DestinationStream, type Logger } from 'pino';
import { loggable } from './loggable.ts';
import { createRedact, type Redact } from './redact.ts';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

type Write = (fields: object, message: string) => void;

/** One JSON object a line: `time`, `level`, `pid`, `msg` and the fields. No method ever throws. */
export type JsonLog = Readonly<Record<'debug' | 'info' | 'warn' | 'error', Write>>;

export interface LogOptions {
  level: LogLevel;
  /** Values that must never be written; the shapes of common tokens are known anyway. */
  secrets: readonly string[];
  /** Where lines go; standard output when absent. */
  destination?: DestinationStream;
}

/** The process's log. Everything written passes the one redactor first. */
export function createLog({ level, secrets, destination = standardOutput() }: LogOptions): JsonLog {
  const redact = createRedact(secrets);
  const lines = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are plain data by now; pino's own serializer would take them for errors of type Object.
      serializers: { err: (err: unknown) => err },
      hooks: { streamWrite: escapeInvisible },
    },
    destination,
  );
  const writer =
    (at: keyof JsonLog): Write =>
    (fields, message) =>
      write(lines, { at, fields, message, redact });
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
}

interface Line {
  at: keyof JsonLog;
  fields: object;
  message: string;
  redact: Redact;
}

function write(lines: Logger, { at, fields, message, redact }: Line): void {
  if (!lines.isLevelEnabled(at)) return;
  try {
    lines[at](ownFields(loggable(fields, redact)), String(loggable(message, redact)));
  } catch {
    // A full disk or a closed pipe must not end what the process is there for, and there is nowhere left to say so.
  }
}

/** A field called like one of the line's own would stand there twice, and readers disagree on which one counts. */
const taken = ['level', 'time', 'pid', 'msg'];

function ownFields(fields: unknown): object {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return { fields };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [taken.includes(name) ? `${name}_` : name, value as unknown]));
}

/** JSON leaves these as they are, but a terminal obeys the C1 controls, and direction marks make a line read as another one. */
const invisible = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const escapeInvisible = (line: string): string =>
  line.replace(invisible, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Written at once: the last lines before a crash are the ones that matter. */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: true });
  stream.on('error', () => {}); // as above: whoever read our output is gone
  return stream;
}
