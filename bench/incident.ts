import type { Channel } from '../sandbox/slack/client-api.ts';
import type { House } from './house.ts';

let opened = 0;

/** Declares a SEV1 and waits until its room has its headline; the digest is drawn by then or shortly after. */
export async function openRoom({ workspace: { api } }: Pick<House, 'workspace'>, title: string): Promise<Channel> {
  opened += 1;
  const ada = api.as('ada');
  // Rooms are numbered in order of declaration, and a house is measured by one program only.
  const before = new Set((await ada.snapshot()).channels.map(({ id }) => id));
  const result = await ada.slash('#general', `/incident declare sev1 ${title} ${opened}`);
  if (!result.ok) throw new Error(`the incident was not declared: ${result.message}`);
  const room = await api.waitFor(
    async () => (await ada.snapshot()).channels.find(({ id, name }) => !before.has(id) && name.startsWith('inc-')),
    {
      what: 'the war room',
      timeoutMs: 20_000,
    },
  );
  await ada.waitForMessage(room.name, 'The first minute', { timeoutMs: 20_000 });
  return room;
}
