/** The workspace from a test's side: people act, time moves, things break, and everything the app did is on record. */
import type { Act, ActResult, Channel, FaultRule, Faults, LogEntry, Order, OrderResult, Person } from './client-api.ts';
import type { Core } from './core.ts';
import { directDoor, httpDoor, type Door } from './testing/door.ts';
import { findChannel } from './testing/find.ts';
import { createPerson, type PersonApi } from './testing/person.ts';
import { waitUntil, type WaitOptions } from './testing/wait.ts';

export type { PersonApi } from './testing/person.ts';
export { wordsIn } from './testing/find.ts';

export interface TestApi {
  /** A person by name or id. */
  as(who: string): PersonApi;
  person(name: string): Promise<Person>;
  channel(name: string): Promise<Channel>;
  /** A room whose name is made up by the app; as the app sees it. */
  waitForChannel(name: string | RegExp, options?: WaitOptions): Promise<Channel>;
  addPerson(part: Omit<Order & { type: 'add_person' }, 'type'>): Promise<Person>;
  /** `users` are names or ids. */
  addUserGroup(handle: string, users: readonly string[]): Promise<string>;
  deactivate(who: string): Promise<void>;
  /** People of another workspace are in this channel from now on. */
  shareChannel(name: string): Promise<void>;
  /** Calls of the app, oldest first. */
  apiCalls(method?: string): Promise<LogEntry[]>;
  /** What was sent to the app, oldest first; listed once it was answered or given up, so wait for `settled()` before counting. */
  deliveries(name?: string): Promise<LogEntry[]>;
  clearLog(): Promise<void>;
  /** Resolves once no delivery to the app is under way. Its own calls may still be. */
  settled(): Promise<void>;
  advanceClock(ms: number): Promise<void>;
  faults(part: Partial<Faults>): Promise<void>;
  /** Adds one rule and leaves the others. */
  break(rule: FaultRule): Promise<void>;
  sockets(how: 'warning' | 'refresh_requested' | 'cut'): Promise<void>;
  /** Sends a delivery again, the last one unless named: the same envelope, another payload in it, or a request signed in another way. */
  redeliver(part?: Omit<Order & { type: 'redeliver' }, 'type'>): Promise<OrderResult>;
  waitFor<T>(ask: () => T | Promise<T>, options?: WaitOptions & { what?: string }): Promise<NonNullable<Exclude<T, false>>>;
  act(act: Act): Promise<ActResult>;
  order(order: Order): Promise<OrderResult>;
}

/** For a workspace in this process. */
export function createTestApi(core: Core): TestApi {
  return testApiThrough(directDoor(core));
}

/** For a workspace that listens elsewhere: the same API over /client/*. */
export function connectTestApi(url: string): TestApi {
  return testApiThrough(httpDoor(url));
}

function testApiThrough(door: Door): TestApi {
  return { ...people(door), ...records(door), ...trouble(door), act: (act) => door.act(act), order: (order) => door.order(order) };
}

function people(
  door: Door,
): Pick<TestApi, 'as' | 'person' | 'channel' | 'waitForChannel' | 'addPerson' | 'addUserGroup' | 'deactivate' | 'shareChannel'> {
  async function person(name: string): Promise<Person> {
    const found = (await door.snapshot('')).people.find((one) => one.name === name || one.id === name);
    if (!found) throw new Error(`There is no ${name} in this workspace.`);
    return found;
  }
  // The app itself sees private channels it is in; people in general do not.
  const asApp = async () => door.snapshot((await door.snapshot('')).app.botUserId);
  return {
    as: (who) => createPerson(door, who),
    person,
    async channel(name) {
      const found = findChannel(await asApp(), name);
      if (!found) throw new Error(`There is no channel ${name}.`);
      return found;
    },
    waitForChannel: (name, options = {}) =>
      waitUntil(
        async () => (await asApp()).channels.find((one) => (typeof name === 'string' ? one.name === name : name.test(one.name))),
        async () => `There is no channel ${String(name)}, only: ${(await asApp()).channels.map((one) => one.name).join(' ')}`,
        options,
      ),
    async addPerson(part) {
      const added = must(await door.order({ type: 'add_person', ...part }));
      return person(added.id ?? part.name);
    },
    async addUserGroup(handle, users) {
      const ids = await Promise.all(users.map(async (who) => (await person(who)).id));
      return must(await door.order({ type: 'add_user_group', handle, users: ids })).id ?? '';
    },
    async deactivate(who) {
      must(await door.order({ type: 'deactivate', user: (await person(who)).id }));
    },
    async shareChannel(name) {
      const { id } = findChannel(await asApp(), name) ?? { id: name };
      must(await door.order({ type: 'share_channel', channel: id, shared: true }));
    },
  };
}

function records(door: Door): Pick<TestApi, 'apiCalls' | 'deliveries' | 'clearLog' | 'settled' | 'redeliver' | 'waitFor'> {
  const entries = async (kind: LogEntry['kind'], name?: string) =>
    (await door.log(0)).filter((entry) => entry.kind === kind && (name === undefined || entry.name === name));
  return {
    apiCalls: (method) => entries('api', method),
    deliveries: (name) => entries('delivery', name),
    async clearLog() {
      must(await door.order({ type: 'clear_log' }));
    },
    async settled() {
      must(await door.order({ type: 'settle' }));
    },
    redeliver: (part = {}) => door.order({ type: 'redeliver', ...part }),
    waitFor: (ask, options = {}) => waitUntil(ask, () => options.what ?? 'It did not happen.', options),
  };
}

function trouble(door: Door): Pick<TestApi, 'advanceClock' | 'faults' | 'break' | 'sockets'> {
  const operator = async () => (await door.snapshot('')).people[0]?.id ?? '';
  const act = async (part: Act) => {
    const result = await door.act(part);
    if (!result.ok) throw new Error(result.message);
  };
  return {
    advanceClock: async (ms) => act({ type: 'advance_clock', as: await operator(), ms }),
    faults: async (part) => act({ type: 'set_faults', as: await operator(), faults: part }),
    async break(rule) {
      const { faults } = await door.snapshot('');
      await act({ type: 'set_faults', as: await operator(), faults: { rules: [...faults.rules, rule] } });
    },
    sockets: async (how) => act({ type: 'drop_sockets', as: await operator(), how }),
  };
}

function must(result: OrderResult): OrderResult & { ok: true } {
  if (!result.ok) throw new Error(result.message);
  return result;
}
