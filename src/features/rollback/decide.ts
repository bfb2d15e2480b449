import { z } from 'zod';
import { recommend } from '../../domain/decide-rule.ts';
import type { FixInSight, FixRisk } from '../../domain/decision.ts';
import { choices, fixesInSight, fixRisks } from '../../domain/decision.ts';
import { can, incident } from '../../domain/incident.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Deps, StoredIncident } from '../../ports.ts';
import type { Modal } from '../../views/blocks.ts';
import type { Weighing } from '../../views/decide-facts.ts';
import { factTexts } from '../../views/decide-facts.ts';
import type { Answers } from '../../views/decide-modal.ts';
import { decideModal } from '../../views/decide-modal.ts';
import { ids } from '../../views/ids.ts';
import type { Target } from '../../views/request-modal.ts';
import { parseTarget } from '../../views/request-modal.ts';
import type { Feature } from '../feature.ts';
import { incidentById, incidentOf, knownService } from '../feature.ts';
import { allTargets } from './read-wish.ts';
import { weigh } from './weigh.ts';

const Ref = z.object({ id: z.string() });
const Metadata = Ref.extend({
  service: z.string().optional(),
  environment: z.string().optional(),
  seen: z.number(),
  /** When the facts were looked up that this person sees. */
  at: z.number().optional(),
});
const Given = z.object({ fixInSight: z.enum(fixesInSight).optional(), fixRisk: z.enum(fixRisks).optional() });
const Form = z.object({
  fixInSight: z.enum(fixesInSight, 'Say what you believe now'),
  fixRisk: z.enum(fixRisks, 'Say what you believe now'),
  choice: z.enum(choices, 'Choose what we do'),
  minutes: z.coerce.number('Choose a time'),
  reason: z.string('Say why, in a few words').trim().min(1, 'Say why, in a few words').max(500, 'At most 500 characters fit'),
});

/** `/incident decide`: the facts side by side, what the rule of thumb says, and what the commander decides. */
export const decideWay: Feature = (on, deps) => {
  const memory = rememberWeighings();
  const verb = {
    name: 'decide',
    usage: 'decide [service]',
    help: 'roll back or roll forward? the facts, a recommendation, and your decision',
    example: 'decide',
  };
  on.command('incident', verb, async (input) => {
    const found = await incidentOf(input, deps, '/incident decide INC-12');
    await openForm({ deps, memory }, { ...found, user: input.user, modal: input.modal });
  });

  on.button(ids.openDecide, Ref, async ({ value, user, modal }) => {
    await openForm({ deps, memory }, { incident: await incidentById(value.id, deps), text: '', user, modal });
  });

  on.button(ids.decideAbout, z.string(), async ({ value, user, view }) => {
    if (!view) return;
    const { id, seen } = Metadata.parse(view.metadata);
    const form = { incident: await incidentById(id, deps), user, chosen: parseTarget(value), answers: answersIn(view.values), seen };
    await view.replace(loading(deps, form));
    await view.replace(await ready({ deps, memory }, form));
  });

  for (const action of [ids.answerFix, ids.answerRisk]) {
    on.button(action, z.string(), async ({ user, view }) => {
      if (!view) return;
      const metadata = Metadata.parse(view.metadata);
      const asked = { user, chosen: chosenIn(metadata), answers: answersIn(view.values), seen: metadata.seen };
      await view.replace(await ready({ deps, memory }, { incident: await incidentById(metadata.id, deps), ...asked }, metadata));
    });
  }

  on.submit(ids.decide, { form: Form, metadata: Metadata }, async ({ form, metadata, user, at, inboxKey }) => {
    const { id, seen } = metadata;
    const stored = await incidentById(id, deps);
    const weighing = memory.recall(metadata) ?? (await weigh(deps, chosenIn(metadata), stored.state.severity));
    const { minutes, ...said } = form;
    const command = {
      type: 'incident.decide',
      ...said,
      ...weighed(weighing, form),
      revisitMs: minutes * 60_000,
      seen,
      by: user,
      at,
    } as const;
    await deps.execute(incident, id, command, { inboxKey });
  });
};

/** What is stored besides the person's own answers. */
function weighed(weighing: Weighing, { choice, fixInSight, fixRisk }: z.output<typeof Form>) {
  const { service, environment, flagPlan, at } = weighing;
  const { choice: recommended, reasons, against } = recommend({ ...weighing.facts, fixInSight, fixRisk });
  const rejected = choices.flatMap((way) => {
    if (way === choice) return [];
    const why = against.flatMap((each) => (each.choice === way && each.why !== undefined ? [each.why] : [])).join('; ');
    return [{ choice: way, ...(why === '' ? {} : { why: why.slice(0, maxText) }) }];
  });
  return {
    ...(service === undefined || environment === undefined ? {} : { service, environment }),
    ...(flagPlan === undefined ? {} : { flagPlan }),
    ...(recommended === undefined ? {} : { recommended }),
    recommendedBecause: reasons.map((reason) => reason.slice(0, maxText)),
    rejected,
    facts: factTexts(weighing),
    factsAt: at,
  };
}

const maxText = 300;

interface Here {
  deps: Deps;
  memory: Memory;
}

interface Opening {
  incident: StoredIncident;
  /** The service, when it was typed. */
  text: string;
  user: string;
  modal: (view: Modal) => Promise<(next: Modal) => Promise<void>>;
}

async function openForm({ deps, memory }: Here, { incident: stored, text, user, modal }: Opening): Promise<void> {
  const { number, status } = stored.state;
  if (!can('incident.decide', stored.state)) throw new Refusal('incident_over', { number, status, command: 'a decision' });
  const form = { incident: stored, user, chosen: usual(deps, stored, text), answers: {}, seen: stored.state.decision?.number ?? 0 };
  const replace = await modal(loading(deps, form));
  await replace(await ready({ deps, memory }, form));
}

/** What was typed; else the first service of the incident, or the only one there is. */
function usual(deps: Deps, { state }: StoredIncident, text: string): Target | undefined {
  const services = places(deps);
  const named = text === '' ? undefined : knownService(text.trim(), deps).id;
  const first = named ?? state.services.find((service) => services.some((target) => target.service === service));
  const fitting = services.filter(({ service }) => first === undefined || service === first);
  if (first === undefined && fitting.length > 1) return undefined;
  return fitting.find(({ environment }) => environment === 'production') ?? fitting[0];
}

/** Services and their environments; a plan is one of the ways out, not what it is about. */
const places = (deps: Deps): Target[] => allTargets(deps).filter(({ plan }) => plan === undefined);

interface Shown {
  incident: StoredIncident;
  user: string;
  chosen: Target | undefined;
  answers: Answers;
  /** The last decision when the form was opened. */
  seen: number;
}

const loading = (deps: Deps, { answers: _, ...shown }: Shown): Modal =>
  decideModal({ ...shown, targets: places(deps), state: { kind: 'loading' } });

/** @param before what the form shows already: the facts are not looked up again for each answer */
async function ready({ deps, memory }: Here, { answers, ...shown }: Shown, before?: Seen): Promise<Modal> {
  const { incident: stored, chosen } = shown;
  const weighing = (before && memory.recall(before)) ?? (await weigh(deps, chosen, stored.state.severity));
  memory.keep(stored.id, weighing);
  const recommendation = recommend({ ...weighing.facts, ...definedOf(answers) });
  return decideModal({ ...shown, targets: places(deps), state: { kind: 'ready', weighing, recommendation, answers } });
}

const definedOf = ({ fixInSight, fixRisk }: Answers): { fixInSight?: FixInSight; fixRisk?: FixRisk } => ({
  ...(fixInSight === undefined ? {} : { fixInSight }),
  ...(fixRisk === undefined ? {} : { fixRisk }),
});

const answersIn = (values: Readonly<Record<string, string>>): Answers => Given.parse(values);

const chosenIn = ({ service, environment }: z.output<typeof Metadata>): Target | undefined =>
  service === undefined || environment === undefined ? undefined : { service, environment };

type Seen = Pick<z.output<typeof Metadata>, 'id' | 'service' | 'environment' | 'at'>;

interface Memory {
  keep: (id: string, weighing: Weighing) => void;
  /** The very facts that a form shows; nothing when this process did not look them up, or long ago. */
  recall: (seen: Seen) => Weighing | undefined;
}

const kept = 100;
const keyOf = ({ id, service, environment, at }: Seen): string => JSON.stringify([id, service, environment, at]);

/** A form carries ids only, so what it shows is remembered here; whoever asks another process has it looked up again. */
function rememberWeighings(): Memory {
  const weighings = new Map<string, Weighing>();
  return {
    keep: (id, weighing) => {
      weighings.set(keyOf({ id, ...weighing }), weighing);
      const [oldest] = weighings.keys();
      if (weighings.size > kept && oldest !== undefined) weighings.delete(oldest);
    },
    recall: (seen) => weighings.get(keyOf(seen)),
  };
}
