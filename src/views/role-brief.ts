import type { KnownIncident } from '../domain/incident.ts';
import type { Role } from '../domain/words.ts';
import { incidentName, roleNames } from '../domain/words.ts';
import type { Known, Message } from './blocks.ts';
import { context, header, lines, message, section } from './blocks.ts';
import { channelLink, line, link } from './text.ts';

interface Brief {
  incident: Known<KnownIncident>;
  role: Role;
  /** Runbook, dashboard and so on, of the services this is about. */
  links: readonly { name: string; url: string }[];
}

const duties: Record<Role, readonly string[]> = {
  ic: [
    'You decide, and you keep the overview. Leave the searching to others.',
    'See that Technical Lead and Comms Coordinator are taken.',
    'Give each task to one person, with a time when you ask again.',
    'Approve or reject rollbacks that somebody else asked for. In doubt, protect customers first.',
    'Resolve when customers are well again.',
  ],
  tl: [
    'Find the fastest safe way back. The cause can wait.',
    'If it began with a deploy, ask for a rollback. It is not a failure, and somebody else approves it.',
    'Watch the measurements after it. Believe data, not hope.',
    'Tell the Incident Commander every few minutes what you see and what you need.',
  ],
  cc: [
    'Write the updates, so that nobody has to ask how it stands.',
    'Team, customers and support get a text each. A draft is ready; you only correct it.',
    'To customers: plain words, what they see, what they can do, when they hear from you again.',
    'Publish on time even if nothing is new.',
  ],
};

const commands: Record<Role, readonly string[]> = {
  ic: ['`/incident tl @somebody`', '`/incident decide`', '`/incident status mitigating`', '`/rollback status`', '`/incident resolve`'],
  tl: ['`/rollback plan <service>`', '`/rollback request <service>`', '`/rollback status`', '`/incident status identified`'],
  cc: ['`/incident update internal`', '`/incident update external`', '`/incident update support`'],
};

/** What the new holder of a role reads in a direct message: what the role does, where things are, what to type. */
export function roleBrief({ incident: { state }, role, links }: Brief): Message {
  const name = incidentName(state.number);
  const title = `You are ${roleNames[role]} of ${name}`;
  const where = state.room === undefined ? '' : ` · ${channelLink(state.room.id)}`;
  return message(`${title}: ${line(state.title, 200)}`, [
    header(title),
    section(`*${line(state.title, 200)}* · ${state.severity}${where}`),
    section(lines(...duties[role].map((duty) => `• ${duty}`))),
    section(`*In the war room* ${commands[role].map((text) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')).join(' · ')}`),
    links.length === 0
      ? undefined
      : section(
          `*Links* ${links
            .slice(0, 15)
            .map(({ name: label, url }) => link(url, label))
            .join(' · ')}`,
        ),
    context(
      `To hand the role over: \`/incident ${role} @somebody\`${role === 'ic' ? '' : `, or give it back with \`/incident ${role} none\``}`,
    ),
  ]);
}
