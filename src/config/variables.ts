// The environment variables Warroom reads: the one list behind reading, checking and docs/configuration.md.
import { z } from 'zod';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export const processRoles = ['web', 'worker', 'all'] as const;

const Flag = z.literal('1', 'must be 1, or absent').transform(() => true);

function seconds(least: number) {
  return z
    .string()
    .regex(/^\d{1,5}(\.\d{1,3})?$/, 'is not a number of seconds')
    .transform((text) => Math.round(Number(text) * 1000))
    .refine((ms) => ms >= least * 1000, `is too small; the least is ${least}`);
}

function address(protocols: readonly string[], example: string) {
  const fits = (text: string) => URL.canParse(text) && protocols.includes(new URL(text).protocol);
  return z.string().refine(fits, `is not an address such as ${example}`);
}

/** Secrets can also be given as a file, by the same name with _FILE behind it. */
const secret = { secret: true };

export const Variables = z.object({
  SLACK_BOT_TOKEN: z
    .string('is missing')
    .startsWith('xoxb-', 'is not a bot token; those begin with xoxb-')
    .meta({ ...secret, description: 'Bot token of the Slack app: "OAuth & Permissions" in its settings. Required.' }),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'is not an app-level token; those begin with xapp-')
    .optional()
    .meta({ ...secret, description: 'App-level token with connections:write; selects Socket Mode, which needs no public address.' }),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(8, 'is too short for a signing secret')
    .optional()
    .meta({
      ...secret,
      description: 'Signing secret: "Basic Information" in the app’s settings; selects HTTP when there is no app token.',
    }),
  SLACK_API_URL: address(['http:', 'https:'], 'http://127.0.0.1:4000/api/')
    .optional()
    .meta({ description: 'Address of the local workspace, for trying out and tests. Never together with a real token.' }),
  DATABASE_URL: address(['postgres:', 'postgresql:'], 'postgres://warroom@db/warroom')
    .optional()
    .meta({ ...secret, description: 'PostgreSQL, together with REDIS_URL. Without both, an embedded database serves one process.' }),
  REDIS_URL: address(['redis:', 'rediss:'], 'redis://redis:6379')
    .optional()
    .meta({ ...secret, description: 'Redis for the queue, together with DATABASE_URL.' }),
  WARROOM_CONFIG: z.string().default('warroom.yml').meta({ description: 'The configuration file.' }),
  WARROOM_DATA: z.string().default('.warroom/data').meta({ description: 'Folder of the embedded database.' }),
  WARROOM_ROLE: z
    .enum(processRoles, `must be one of ${processRoles.join(', ')}`)
    .default('all')
    .meta({ description: 'What this process does: web, worker or all. --role says the same.' }),
  WARROOM_LEASE_SECONDS: seconds(1)
    .prefault('15')
    .meta({ description: 'How long a worker owns a step before another may take it over. At least 1.' }),
  WARROOM_SWEEP_SECONDS: seconds(0.2).prefault('5').meta({ description: 'How often forgotten work is looked for. At least 0.2.' }),
  WARROOM_ALLOW_EMBEDDED: Flag.default(false).meta({ description: '1 lets production run on the embedded database.' }),
  WARROOM_ALLOW_SANDBOX: Flag.default(false).meta({ description: '1 lets production talk to a local workspace or local GitHub.' }),
  WARROOM_URL: address(['http:', 'https:'], 'https://warroom.example.com')
    .optional()
    .meta({ description: 'For `npx warroom rollback` and `incident`: where Warroom is. Plain http only for this machine.' }),
  WARROOM_TOKEN: z
    .string()
    .regex(/^wr_op_\w+$/, 'is not an operator’s key; those begin with wr_op_')
    .optional()
    .meta({ ...secret, description: 'For `npx warroom rollback` and `incident`: your personal key, from `npx warroom token create`.' }),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'is not a port number')
    .transform(Number)
    .refine((port) => port <= 65_535, 'is not a port number')
    .prefault('3000')
    .meta({ description: 'Port of the web server; 0 takes a free one.' }),
  HOST: z.string().optional().meta({ description: 'Address to listen on. Default: 0.0.0.0 in production, 127.0.0.1 otherwise.' }),
  NODE_ENV: z.string().default('development').meta({ description: 'production switches the safeguards for production on.' }),
  LOG_LEVEL: z
    .enum(logLevels, `must be one of ${logLevels.join(', ')}`)
    .default('info')
    .meta({ description: `How much is logged: ${logLevels.join(', ')}.` }),
});
export type Variables = z.output<typeof Variables>;
export type VariableName = keyof Variables;

export const variableNames = Object.keys(Variables.shape) as VariableName[];

export const isSecret = (name: VariableName): boolean => Variables.shape[name].meta()?.['secret'] === true;
