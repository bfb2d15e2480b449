// What we configure of an HTTP service: where a value is read, how it is written, and where it is looked up afterwards.
import { z } from 'zod';
import { Hosts } from '../hosts.ts';
import { Json, mentions } from './json.ts';

export const Settings = z.object({
  /** The only hosts that are ever called. */
  hosts: Hosts,
  allowPrivate: z.boolean().default(false),
  /** Secrets by the name that `token` uses. */
  tokens: z.record(z.string(), z.string().min(1)).default({}),
  timeouts: z.object({ connectMs: z.number().optional(), callMs: z.number().optional() }).optional(),
});
export type Settings = z.output<typeof Settings>;

/** Secrets belong under `tokens`: the target is part of the plan, which people see. The others are the connection's own. */
const reserved = ['authorization', 'proxy-authorization', 'cookie', 'host', 'content-length', 'transfer-encoding', 'connection'];

const Headers = z
  .record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\x20-\x7e]*$/))
  .refine((headers) => Object.keys(headers).every((name) => !reserved.includes(name.toLowerCase())), {
    error: `may not set ${reserved.join(', ')}; use token for credentials`,
  })
  .default({});

const place = {
  url: z.url({ protocol: /^https?$/ }),
  headers: Headers,
  /** The name of a token in the settings. */
  token: z.string().optional(),
  /** What stands before the token in the Authorization header. */
  scheme: z.enum(['Bearer', 'Basic', 'none']).default('Bearer'),
};

const Read = z.strictObject({
  ...place,
  method: z.enum(['GET', 'POST']).default('GET'),
  /** JSON pointer (RFC 6901) to the value within the answer; absent = all of it. */
  pick: z
    .string()
    .regex(/^(\/([^~]|~[01])*)?$/)
    .default(''),
});
export type Read = z.output<typeof Read>;

const Write = z.strictObject({
  ...place,
  method: z.enum(['PUT', 'PATCH', 'POST']),
  body: Json.refine((body) => mentions(body, '{value}'), { error: 'must contain "{value}", or every write would be the same' }),
});
export type Write = z.output<typeof Write>;

export const Target = z.object({
  /** What the value is called on cards. */
  name: z.string().min(1).max(80),
  read: Read,
  write: Write,
  /** Where the effect shows; absent = where it is read. */
  verify: Read.optional(),
});
export type Target = z.output<typeof Target>;
