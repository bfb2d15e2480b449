import { Command } from 'commander';
import { readOperatorClient } from '../config/operator.ts';
import type { OpenIncident } from '../ports.ts';
import type { Call } from './client.ts';
import { createCall, exitCodes, Failed } from './client.ts';
import { print, printJson, toItsEnd } from './terminal.ts';

interface Declaration {
  severity: string;
  service?: string;
  json?: boolean;
}

/** `warroom incident …`: the least that a rollback needs. */
export function incidentCommand(): Command {
  const command = new Command('incident').description(
    'Incidents without Slack: WARROOM_URL says where Warroom is, WARROOM_TOKEN is your key.',
  );
  command
    .command('declare')
    .argument('<title...>')
    .requiredOption('--severity <sev>', 'sev1, sev2, sev3 or sev4')
    .option('--service <name>', 'the service that is broken')
    .option('--json', 'for programs')
    .description('Declare an incident. Its war room opens when Slack is back.')
    .action((title: string[], options: Declaration) => run((call) => declare(call, title.join(' '), options)));
  command
    .command('list')
    .option('--json', 'for programs')
    .description('The open incidents, the worst first.')
    .action((options: { json?: boolean }) => run((call) => list(call, options)));
  return command;
}

const run = (work: (call: Call) => Promise<void>): Promise<void> => toItsEnd(() => work(createCall(readOperatorClient())));

async function declare(call: Call, title: string, { severity, service, json }: Declaration): Promise<void> {
  const about = { title, severity: severity.toUpperCase(), ...(service === undefined ? {} : { service }) };
  const answer = await call<{ incident: string; text: string }>('/incidents', about);
  if (json) printJson(answer);
  else print(answer.text);
}

const open = async (call: Call): Promise<OpenIncident[]> => (await call<{ incidents: OpenIncident[] }>('/incidents')).incidents;

async function list(call: Call, { json }: { json?: boolean }): Promise<void> {
  const incidents = await open(call);
  if (json) return printJson({ incidents });
  print(incidents.length === 0 ? 'No incident is open.' : incidents.map(lineOf).join('\n'));
}

const lineOf = ({ incident, severity, status, title }: OpenIncident): string => `${incident} · ${severity} · ${status}: ${title}`;

/** The only open incident. @throws Failed when there are several or none */
export async function incidentMeant(call: Call): Promise<string> {
  const incidents = await open(call);
  const [only] = incidents;
  if (incidents.length === 1 && only) return only.incident;
  const help =
    incidents.length === 0
      ? 'No incident is open. Declare one first: warroom incident declare --severity sev1 checkout fails'
      : ['Several incidents are open. Say which, with --incident:', ...incidents.map(lineOf)].join('\n');
  throw new Failed(exitCodes.usage, help);
}
