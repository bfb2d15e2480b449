import { z } from 'zod';
import type { IncidentCommand } from '../../domain/incident.ts';
import { incident } from '../../domain/incident.ts';
import { Refusal } from '../../domain/refusal.ts';
import { declaredBefore } from '../../domain/same-incident.ts';
import type { Severity } from '../../domain/words.ts';
import { severities } from '../../domain/words.ts';
import type { Deps } from '../../ports.ts';
import { declareModal } from '../../views/declare-modal.ts';
import { declaredReply } from '../../views/declared-reply.ts';
import { ids } from '../../views/ids.ts';
import type { Message } from '../../views/blocks.ts';
import type { Feature } from '../feature.ts';
import { knownService, states } from '../feature.ts';

const Form = z.object({
  title: z
    .string()
    .trim()
    .min(1, 'Say in a few words what is broken')
    .max(200, 'At most 200 characters fit; the rest can follow as an update'),
  severity: z.enum(severities),
  service: z.string().optional(),
  impact: z.string().trim().max(1000, 'At most 1000 characters fit').optional(),
});
const Metadata = z.object({ origin: z.string().optional() });

/** With a severity and a title it is declared at once; otherwise a form opens with what was typed. */
export const declareIncident: Feature = (on, deps) => {
  const verb = {
    name: 'declare',
    aliases: ['new', 'create', 'start', 'open'],
    usage: 'declare [sev1..sev4] [title] [service:<name>]',
    help: 'opens a war room; without a severity a form opens',
    example: 'declare sev1 checkout fails service:shop',
  };
  on.command('incident', verb, async ({ text, user, at, inboxKey, channel, modal }) => {
    const { title, severity, service } = parse(text, deps);
    if (title !== '' && severity !== undefined) {
      const about = { title, severity, ...(service === undefined ? {} : { service }) };
      return (await declare(deps, { type: 'incident.declare', ...about, declaredIn: channel, by: user, at }, inboxKey)).reply;
    }
    await modal(form(deps, { title, severity, service, origin: channel }));
  });

  on.button(ids.openDeclare, z.unknown(), async ({ modal, channel }) => void (await modal(form(deps, { origin: channel }))));
  on.shortcut(ids.declareIncident, async ({ modal }) => void (await modal(form(deps, {}))));
  on.shortcut(ids.declareFromMessage, async ({ modal, message }) => {
    await modal(form(deps, { title: message?.text.replace(/\s+/g, ' ').slice(0, 200), origin: message?.channel }));
  });

  on.submit(
    ids.declareIncident,
    { form: Form, metadata: Metadata },
    async ({ form: { service, impact, ...rest }, metadata, user, at, inboxKey }) => {
      const more = {
        ...(service ? { service } : {}),
        ...(impact ? { impact } : {}),
        ...(metadata.origin ? { declaredIn: metadata.origin } : {}),
      };
      await declare(deps, { type: 'incident.declare', ...rest, ...more, by: user, at }, inboxKey);
    },
  );
};

interface Prefilled {
  title?: string | undefined;
  severity?: Severity | undefined;
  service?: string | undefined;
  origin?: string | undefined;
}

const form = ({ settings }: Deps, filled: Prefilled) =>
  declareModal({ ...filled, severities: Object.values(settings.severities), services: settings.services.map((service) => service.id) });

/** Declares it, and says what stands open beside it. */
export async function declare(
  { execute, queries, newId, log }: Deps,
  command: Extract<IncidentCommand, { type: 'incident.declare' }>,
  inboxKey: string,
): Promise<{ number: number; reply: Message }> {
  const { state } = await execute(incident, newId('inc'), command, { inboxKey });
  // It is recorded; that nobody can say what else is open must not read as if it were not.
  const open = await queries.openIncidents().catch((error: unknown) => {
    log.warn({ err: error }, 'open incidents could not be read');
    return [];
  });
  return { number: state.number, reply: declaredReply(state, declaredBefore(state, states(open))) };
}

/** `sev1 checkout fails service:shop` */
function parse(text: string, deps: Deps): { title: string; severity: Severity | undefined; service: string | undefined } {
  const [first = '', ...others] = text.split(/\s+/);
  const severity = severities.find((each) => each.toLowerCase() === first.toLowerCase());
  if (severity === undefined && /^sev\d*$/i.test(first)) throw new Refusal('unknown_severity', { severity: first.slice(0, 40) });

  const words = severity === undefined ? [first, ...others] : others;
  const named = words.find((word) => word.startsWith('service:'))?.slice('service:'.length);
  return {
    title: words
      .filter((word) => !word.startsWith('service:'))
      .join(' ')
      .trim(),
    severity,
    service: named === undefined ? undefined : knownService(named, deps).id,
  };
}
