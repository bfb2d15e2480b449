import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { readOperatorClient } from '../config/operator.ts';
import type { OperatorOffer, OperatorView } from '../ports.ts';
import type { Call } from './client.ts';
import { createCall, exitCodes, Failed } from './client.ts';
import { incidentMeant } from './incident.ts';
import { ask, print, printJson, tell, toItsEnd } from './terminal.ts';

/** As the interface answers it: the card as text. */
type View = Omit<OperatorView, 'card'> & { text: string };

interface Options {
  json?: boolean;
  yes?: boolean;
  incident?: string;
  step?: string;
  choice?: string;
  type?: string;
  watch?: boolean;
}

/** What can be said about a rollback. The words after its name are the reason, where one is wanted. */
const verbs: readonly (readonly [verb: string, help: string])[] = [
  ['approve', 'your approval; the last one needed starts it'],
  ['start', 'start what has its approvals, where the policy keeps the two apart'],
  ['revoke', 'take your own approval back, until it has started'],
  ['break-glass', 'start it without the approvals, with a reason and --type; everybody skipped is told'],
  ['reject', 'end the request, with a reason; one no is enough'],
  ['cancel', 'call a running rollback off, with a reason'],
  ['confirm', 'let a step pass that waits for a person (--step)'],
  ['undo', 'undo what was done'],
  ['settle', 'say what happened to a step whose outcome is not known (--step, --choice ran|again|skip)'],
  ['measure', 'it ran: read production back and measure'],
  ['abandon', 'give it up, with a reason'],
];

/** `warroom rollback …`: what `/rollback` does in Slack, for the time in which there is no Slack. */
export function rollbackCommand(): Command {
  const command = new Command('rollback').description(
    'Roll back without Slack: WARROOM_URL says where Warroom is, WARROOM_TOKEN is your key.',
  );
  command
    .command('plan')
    .argument('<words...>', 'as after /rollback plan: shop to v41')
    .option('--incident <name>', 'for this incident’s severity')
    .option('--json', 'for programs')
    .description('What a rollback would do; nothing is requested.')
    .action((words: string[], options: Options) => run((call) => plan(call, words, options)));
  command
    .command('request')
    .argument('<words...>', 'as after /rollback request: shop to v41 errors began with v42')
    .option('--incident <name>', 'INC-12; not needed while only one is open')
    .option('--json', 'for programs')
    .description('Ask for a rollback; somebody else approves it.')
    .action((words: string[], options: Options) => run((call) => request(call, words, options)));
  command
    .command('status')
    .argument('[rollback]', 'RB-7; without it, all of the open incidents')
    .option('--watch', 'until it is over; exits with 0 only if it recovered')
    .option('--json', 'for programs')
    .description('How far the rollbacks are, and what can be done now.')
    .action((name: string | undefined, options: Options) => run((call) => status(call, name, options)));
  for (const [verb, help] of verbs) addVerb(command, verb, help);
  return command;
}

function addVerb(command: Command, verb: string, help: string): void {
  command
    .command(verb)
    .argument('<rollback>', 'RB-7')
    .argument('[reason...]')
    .option('--step <name>', 'which step, where there are several')
    .option('--choice <word>', 'what happened, where there is a choice')
    .option('--type <service>', 'the service’s name, where it has to be typed')
    .option('--yes', 'do not ask')
    .option('--json', 'for programs')
    .description(help)
    .action((name: string, reason: string[], options: Options) =>
      run((call) => act(call, { name, verb, reason: reason.join(' '), options })),
    );
}

const run = (work: (call: Call) => Promise<number | void>): Promise<void> => toItsEnd(() => work(createCall(readOperatorClient())));

async function plan(call: Call, words: readonly string[], { incident, json }: Options): Promise<void> {
  const answer = await call<{ text: string }>('/rollback/plan', { text: words.join(' '), ...(incident === undefined ? {} : { incident }) });
  if (json) printJson(answer);
  else print(answer.text);
}

async function request(call: Call, words: readonly string[], { incident, json }: Options): Promise<void> {
  const named = incident ?? (await incidentMeant(call));
  show(await call<View>('/rollback/request', { text: words.join(' '), incident: named }), json);
}

function show(view: View, json: boolean | undefined): void {
  if (json) return printJson(view);
  const can = view.offers.map((offer) => `  warroom rollback ${wayOf(view, offer)}`);
  print([view.text, ...(can.length === 0 ? [] : ['', 'What can be done now:', ...can])].join('\n'));
}

/** `settle RB-7 --step code --choice ran` */
const wayOf = ({ rollback }: View, { verb, fields, fixed = {} }: OperatorOffer): string =>
  [
    verb,
    rollback,
    ...(fields.includes('reason') ? ['<reason>'] : []),
    ...Object.entries(fixed).map(([name, value]) => `--${name} ${value}`),
    ...(fields.includes('typed') ? ['--type <service>'] : []),
  ].join(' ');

interface Said {
  name: string;
  verb: string;
  reason: string;
  options: Options;
}

/** Shows what it is about, asks, and says it about exactly what was shown. */
async function act(call: Call, { name, verb, reason, options }: Said): Promise<void> {
  const path = `/rollback/${encodeURIComponent(name)}`;
  const view = await call<View>(path);
  const offer = offerMeant(view, verb, options);
  const typed =
    options.type ?? (offer?.fields.includes('typed') && !options.yes ? await ask('Type the service’s name:', 'Add --type.') : undefined);
  if (offer && !options.yes) {
    tell(`${view.text}\n\n${offer.question}`);
    const answer = await ask('[yes/no]', 'Add --yes when you are sure.');
    if (!/^y(es)?$/i.test(answer)) throw new Failed(exitCodes.usage, 'Not done.');
  }
  const said = { reason, typed, step: offer?.fixed?.step ?? options.step, choice: offer?.fixed?.choice ?? options.choice };
  const filled = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== ''));
  show(await call<View>(`${path}/${verb}`, { planHash: view.planHash, ...filled }), options.json);
}

/** Nothing when it is not possible now: Warroom itself says why. @throws Failed when it could be said of several things */
function offerMeant(view: View, verb: string, { step, choice }: Options): OperatorOffer | undefined {
  const all = view.offers.filter((offer) => offer.verb === verb);
  const meant = all.filter(
    ({ fixed }) => (step === undefined || fixed?.step === step) && (choice === undefined || fixed?.choice === choice),
  );
  if (meant.length > 1 || (all.length > 0 && meant.length === 0)) {
    throw new Failed(
      exitCodes.usage,
      ['Say which of these:', ...all.map((offer) => `  warroom rollback ${wayOf(view, offer)}`)].join('\n'),
    );
  }
  return meant[0];
}

async function status(call: Call, name: string | undefined, { json, watch }: Options): Promise<number | void> {
  if (name !== undefined) return watch ? watchIt(call, name, json) : show(await viewOf(call, name), json);
  const { incidents } = await call<{ incidents: { incident: string; title: string; severity: string; status: string }[] }>('/incidents');
  const known = await Promise.all(
    incidents.map(async (incident) => ({ ...incident, ...(await call<{ rollbacks: View[] }>(`/rollback?incident=${incident.incident}`)) })),
  );
  if (json) return printJson({ incidents: known });
  if (known.length === 0) return print('No incident is open.');
  for (const { incident, severity, status: at, title, rollbacks } of known) {
    print(`${incident} · ${severity} · ${at}: ${title}`);
    for (const each of rollbacks)
      print(`  ${each.rollback} ${each.service} (${each.environment}) ${each.from} -> ${each.to}: ${each.status}`);
  }
}

const viewOf = (call: Call, name: string): Promise<View> => call<View>(`/rollback/${encodeURIComponent(name)}`);

const goesOn = ['requested', 'approved', 'executing', 'compensating', 'verifying'];
const lookMs = 2000;

/** Says what changed until nothing changes by itself any more. */
async function watchIt(call: Call, name: string, json: boolean | undefined): Promise<number> {
  for (let last = ''; ; await sleep(lookMs)) {
    const view = await viewOf(call, name);
    if (view.text !== last) show(view, json);
    if (!goesOn.includes(view.status)) return view.status === 'recovered' ? 0 : exitCodes.refused;
    last = view.text;
  }
}
