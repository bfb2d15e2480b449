import type { KnownIncident } from '../domain/incident.ts';
import type { KnownRollback, RollbackEvent } from '../domain/rollback.ts';
import { incidentName, rollbackName } from '../domain/words.ts';
import { neededText } from './approvals.ts';
import type { Message } from './blocks.ts';
import { lines, message, section } from './blocks.ts';
import { channelLink, date, line, mention, quoted } from './text.ts';
import { originOf, placeOf, targetOf } from './words.ts';

type Reason = Extract<RollbackEvent, { type: 'rollback.escalated' | 'rollback.glass-broken' }>;

interface About {
  incident: KnownIncident;
  rollback: KnownRollback;
}

/** What somebody reads who could approve a rollback: that they are needed, or that they were skipped and why. */
export function approverMessage(event: Reason, { incident, rollback }: About): Message {
  const name = rollbackName(rollback.number);
  const what = `roll back ${line(placeOf(rollback.plan))} from ${line(originOf(rollback.plan))} to ${line(targetOf(rollback.plan))}`;
  const where = incident.room === undefined ? '' : ` · ${channelLink(incident.room.id)}`;
  const about = `${incidentName(incident.number)} · ${incident.severity} · ${quoted(incident.title)}${where}`;
  const asked = `asked by ${mention(rollback.requestedBy)}: ${quoted(rollback.reason, 400)}`;
  if (event.type === 'rollback.escalated') {
    const text = `You are needed: ${name}, ${what}, still waits for approvals`;
    return message(text, [
      section(
        lines(
          `*${text}.*`,
          about,
          asked,
          neededText(rollback),
          `Approve or reject it on its card in the war room, by ${date(rollback.approveBy)}.`,
        ),
      ),
    ]);
  }
  const text = `${name} went ahead without your approval: ${mention(event.by)} broke the glass`;
  return message(text, [
    section(lines(`*${text}.*`, about, what, quoted(event.reason, 500))),
    section('You need not do anything. It is reviewed in the postmortem; say there what you would have done.'),
  ]);
}
