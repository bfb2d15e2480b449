import { z } from 'zod';
import { incident } from '../domain/incident.ts';
import type { KnownIncident } from '../domain/incident.ts';
import { roomName } from '../domain/room.ts';
import { declaredReply } from '../views/declared-reply.ts';
import { topicText } from '../views/headline-card.ts';
import { roleBrief } from '../views/role-brief.ts';
import type { Deps } from '../ports.ts';
import { ChatError } from '../ports.ts';
import { defineJob } from '../queue/job.ts';

const OfIncident = z.object({ incidentId: z.string() });

/** The channel comes before everything else; all the rest then happens side by side. */
export const openRoom = defineJob<z.output<typeof OfIncident>, Deps>(
  { kind: 'room.open', queue: 'slack', urgent: true, payload: OfIncident },
  async ({ incidentId }, { queries, chat, execute, settings, now }, attempt) => {
    const stored = await queries.incident(incidentId);
    if (!stored || stored.state.room) return;

    try {
      const room = await createRoom({ queries, chat, settings }, stored.state, attempt.maybeDone);
      await execute(incident, incidentId, { type: 'incident.attach-room', room, by: 'warroom', at: now() }, { fence: attempt });
    } catch (error) {
      if (!(error instanceof ChatError) || error.kind !== 'final') throw error;
      const report = { type: 'incident.report-room-trouble', reason: error.code, by: 'warroom', at: now() } as const;
      await execute(incident, incidentId, report, { fence: attempt });
    }
  },
);

const namesTried = 20;

async function createRoom(
  { queries, chat, settings }: Pick<Deps, 'queries' | 'chat' | 'settings'>,
  state: KnownIncident,
  maybeDone: boolean,
) {
  for (let suffix = 1; suffix <= namesTried; suffix += 1) {
    const name = roomName(settings.slack.channelName, state, suffix);
    try {
      return await chat.createRoom(name);
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'name_taken') throw error;
      // A try that died after creating the channel left it behind with our number in its name: it is taken up again.
      const left = maybeDone ? await chat.channelId(name).catch(() => undefined) : undefined;
      if (left !== undefined && !(await queries.incidentByRoom(left))) return { id: left, name };
    }
  }
  throw new ChatError('final', 'name_taken');
}

const Invitation = OfIncident.extend({ user: z.string().optional() });

/** The declarer, whom the severity invites, and the owners of the services; or one person who took a role. */
export const invitePeople = defineJob<z.output<typeof Invitation>, Deps>(
  { kind: 'room.invite', queue: 'slack', urgent: true, payload: Invitation },
  async ({ incidentId, user }, { queries, chat, settings }) => {
    const stored = await queries.incident(incidentId);
    if (!stored?.state.room) return;
    const { state } = stored;
    if (user !== undefined) return chat.invite(stored.state.room.id, [user]);

    // The declarer never waits for the lookup of a group.
    await chat.invite(stored.state.room.id, [state.declaredBy]);
    const owners = settings.services.filter((service) => state.services.includes(service.id)).map((service) => service.owner);
    const members = await Promise.all([...settings.severities[state.severity].invite, ...owners].map((handle) => chat.membersOf(handle)));
    const others = [...new Set(members.flat())].filter((member) => member !== state.declaredBy);
    if (others.length > 0) await chat.invite(stored.state.room.id, others);
  },
);

export const setTopic = defineJob<z.output<typeof OfIncident>, Deps>(
  { kind: 'room.topic', queue: 'slack', payload: OfIncident },
  async ({ incidentId }, { queries, chat }) => {
    const stored = await queries.incident(incidentId);
    if (stored?.state.room) await chat.setTopic(stored.state.room.id, topicText(stored.state));
  },
);

/** The links of the incident's services; one that stands there already is not added again. */
export const addBookmarks = defineJob<z.output<typeof OfIncident>, Deps>(
  { kind: 'room.bookmark', queue: 'slack', payload: OfIncident },
  async ({ incidentId }, { queries, chat, settings }, { maybeDone }) => {
    const stored = await queries.incident(incidentId);
    const room = stored?.state.room;
    if (!room) return;
    const services = settings.services.filter((service) => stored.state.services.includes(service.id));
    const wanted = services.flatMap(({ id, links }) => links.map(({ name, url }) => ({ title: `${name} (${id})`, link: url })));
    const there = maybeDone ? await chat.bookmarks(room.id) : [];
    for (const bookmark of wanted.filter(({ title }) => !there.includes(title))) await chat.addBookmark(room.id, bookmark);
  },
);

/** Tells the declarer, where they declared, that the room is there, or why it is not. */
export const tellDeclarer = defineJob<z.output<typeof OfIncident>, Deps>(
  { kind: 'declarer.tell', queue: 'slack', payload: OfIncident },
  async ({ incidentId }, { queries, chat }, { maybeDone }) => {
    const stored = await queries.incident(incidentId);
    if (!stored) return;
    const { declaredIn, declaredBy } = stored.state;
    const message = declaredReply(stored.state);
    if (declaredIn !== undefined) {
      const told = await chat.whisper(declaredIn, declaredBy, message).then(
        () => true,
        (error: unknown) => !(error instanceof ChatError && error.kind === 'final'),
      );
      if (told) return;
    }
    // Where the bot is no member nobody can be whispered to; with a room the invitation says it all.
    if (stored.state.room) return;
    const dm = await chat.openDm(declaredBy);
    await chat.post({ channel: dm, message, key: `tell:${incidentId}`, lookFirst: maybeDone });
  },
);

const Briefing = OfIncident.extend({ role: z.enum(['ic', 'tl', 'cc']), user: z.string() });

/** The role's card by direct message: what to do, and the links for this incident. */
export const briefRole = defineJob<z.output<typeof Briefing>, Deps>(
  { kind: 'role.brief', queue: 'slack', payload: Briefing },
  async ({ incidentId, role, user }, { queries, chat, settings }, attempt) => {
    const stored = await queries.incident(incidentId);
    if (stored?.state.roles[role] !== user) return; // handed on meanwhile
    const links = settings.services.filter((service) => stored.state.services.includes(service.id)).flatMap((service) => service.links);
    const dm = await chat.openDm(user);
    const message = roleBrief({ incident: stored, role, links });
    await chat.post({ channel: dm, message, key: `brief:${incidentId}:${role}:${attempt.jobId}`, lookFirst: attempt.maybeDone });
  },
);
