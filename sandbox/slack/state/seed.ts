import type { Clock } from './clock.ts';
import type { Ids } from './ids.ts';
import type { Manifest } from './manifest.ts';
import type { Channel, User } from './model.ts';
import { createStore, emptyChannel, type Store } from './store.ts';

/** A person to put into the workspace; whatever is left out is made up from the name. */
export interface SeedPerson {
  name: string;
  realName?: string;
  title?: string;
  tz?: string;
  guest?: boolean;
  bot?: boolean;
  /** Of another workspace. */
  team?: string;
}

/** Eight people of a small company that runs a shop. */
export const defaultPeople: readonly SeedPerson[] = [
  { name: 'ada', realName: 'Ada Okafor', title: 'Site reliability engineer', tz: 'Europe/London' },
  { name: 'ben', realName: 'Ben Castillo', title: 'Backend engineer, checkout', tz: 'America/New_York' },
  { name: 'cleo', realName: 'Cleo Marsh', title: 'SRE lead', tz: 'Europe/Berlin' },
  { name: 'dan', realName: 'Dan Fischer', title: 'Head of engineering', tz: 'Europe/Berlin' },
  { name: 'eve', realName: 'Eve Lindqvist', title: 'Customer support', tz: 'Europe/Stockholm' },
  { name: 'finn', realName: 'Finn Doyle', title: 'Contractor', tz: 'Europe/Dublin', guest: true },
  { name: 'gwen', realName: 'Gwen Tanaka', title: 'Communications', tz: 'Asia/Tokyo' },
  { name: 'hugo', realName: 'Hugo Moreau', title: 'Release engineer', tz: 'America/Los_Angeles' },
];

const colours = ['#7c3085', '#1264a3', '#2f7d4f', '#b2542d', '#8a6d00', '#5f6368', '#b03060', '#3f51b5', '#00796b', '#6d4c41'];

const channels = ['general', 'incidents', 'support', 'partners', 'random'];
const botChannels = new Set(['incidents', 'support', 'partners']);

/** Ids made from names stay the same over restarts, so a bot with a database still knows everybody. */
function stableId(prefix: string, name: string): string {
  return `${prefix}0${name
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .padEnd(8, '0')
    .slice(0, 10)}`;
}

/** A user record for a seeded person. */
export function personFrom(seed: SeedPerson, position: number): User {
  return {
    id: stableId('U', seed.name),
    name: seed.name,
    realName: seed.realName ?? seed.name.charAt(0).toUpperCase() + seed.name.slice(1),
    title: seed.title ?? '',
    tz: seed.tz ?? 'Etc/UTC',
    email: `${seed.name}@acme.example`,
    colour: colours[position % colours.length] ?? '#5f6368',
    isBot: seed.bot ?? false,
    isGuest: seed.guest ?? false,
    ...(seed.team !== undefined && { team: seed.team }),
    isDeleted: false,
  };
}

function botFrom(manifest: Manifest, id: string): User {
  const bot = personFrom({ name: manifest.botName, realName: manifest.name }, 0);
  return { ...bot, id, email: '', colour: '#1d1c1d', isBot: true };
}

/** Team "Acme": people, the bot, five channels and the group @sre-leads. */
export function seedStore(manifest: Manifest, people: readonly SeedPerson[], tools: { clock: Clock; ids: Ids }): Store {
  const botUserId = stableId('U', manifest.botName);
  const app = { id: stableId('A', manifest.name), name: manifest.name, botUserId, botId: stableId('B', manifest.botName) };
  const store = createStore({ id: 'T0ACME0000', name: 'Acme', domain: 'acme' }, app);
  for (const [position, person] of people.entries()) {
    const user = personFrom(person, position);
    store.users.set(user.id, user);
  }
  store.users.set(botUserId, botFrom(manifest, botUserId));
  const creator = [...store.users.keys()][0] ?? botUserId;
  for (const name of channels) {
    const created = Math.floor(tools.clock.now() / 1000);
    const channel = emptyChannel({ id: stableId('C', name), name, kind: 'public', creator, created });
    addSeedMembers(channel, store);
    store.channels.set(channel.id, channel);
  }
  const leads = [...store.users.values()].filter((user) => ['cleo', 'dan'].includes(user.name)).map((user) => user.id);
  store.userGroups.set('S0SRELEADS', { id: 'S0SRELEADS', handle: 'sre-leads', name: 'SRE leads', users: leads });
  return store;
}

/** Guests see one channel only, as single-channel guests do. */
function addSeedMembers(channel: Channel, store: Store): void {
  for (const user of store.users.values()) {
    if (user.isBot ? botChannels.has(channel.name) : !user.isGuest || channel.name === 'incidents') channel.members.add(user.id);
  }
}
