import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';

/** The links of the incident's services; one that stands there already is not added again. */
export const addBookmarks = defineJob<OfIncident, Deps>(
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
