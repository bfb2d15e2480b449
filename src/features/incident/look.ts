import { z } from 'zod';
import { ids } from '../../views/ids.ts';
import { incidentList } from '../../views/incident-list.ts';
import { timelineMessage } from '../../views/timeline.ts';
import { outsideTray, roomTray } from '../../views/tray.ts';
import type { Feature } from '../feature.ts';
import { incidentOf } from '../feature.ts';

/** What can only be looked at: the bare command, the list, the timeline. */
export const lookAtIncidents: Feature = (on, { queries, ...deps }) => {
  const bare = { name: '', usage: '', help: 'what can be done here now', example: '' };
  on.command('incident', bare, async ({ channel }) => {
    const incident = await queries.incidentByRoom(channel);
    if (!incident) return outsideTray({ open: (await queries.openIncidents()).length });
    return roomTray({ incident, rollbacks: await queries.rollbacksOf(incident.id) });
  });

  const list = { name: 'list', usage: 'list', help: 'the open incidents, the worst first', example: 'list' };
  on.command('incident', list, async () => incidentList(await queries.openIncidents()));
  on.button(ids.listIncidents, z.unknown(), async () => incidentList(await queries.openIncidents()));

  const timeline = { name: 'timeline', usage: 'timeline', help: 'what happened so far', example: 'timeline' };
  on.command('incident', timeline, async (input) => {
    const { incident } = await incidentOf(input, { queries, ...deps }, '/incident timeline INC-12');
    return timelineMessage(await queries.facts(incident.id), incident.state);
  });

  // A link needs no answer, but Slack wants its click acknowledged.
  on.button(ids.link, z.unknown(), () => Promise.resolve());
};
