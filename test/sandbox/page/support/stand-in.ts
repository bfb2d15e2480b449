/** A workspace of a few lines that speaks the page's contract, so that the page is tested alone: what it shows and what it sends. */
import { serve, type ServerType } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { pageRoutes } from '../../../../sandbox/page/routes.ts';
import type { Act, Change, Channel, Message, Person, Snapshot, View } from '../../../../sandbox/slack/client-api.ts';

type ChangeBody = Change extends infer C ? (C extends { seq: number } ? Omit<C, 'seq'> : never) : never;
type Answer = Record<string, unknown> & { ok: boolean };
interface Event {
  to: string;
  change: Change;
}

export interface StandIn {
  url: string;
  acts: Act[];
  /** Sets the answer to a kind of act; without one everything succeeds. */
  answer(type: Act['type'], reply: (act: Act) => Answer | Promise<Answer>): void;
  /** Puts a message into the channel and tells everybody. */
  post(message: Partial<Message>): Message;
  modals(as: string, views: View[]): void;
  tell(to: string, body: ChangeBody): void;
  snapshot(as: string): Snapshot;
  /** Cuts every stream, as a restart would. */
  cut(): void;
  close(): Promise<void>;
}

const people: Person[] = [
  person('U0ADA', 'ada', 'Ada Okafor', '#7c3085'),
  person('U0BEN', 'ben', 'Ben Castillo', '#1264a3'),
  { ...person('U0FINN', 'finn', 'Finn Doyle', '#b2542d'), isGuest: true },
  { ...person('U0WARROOM', 'warroom', 'Warroom', '#1d3c5a'), isBot: true },
];

function person(id: string, name: string, realName: string, colour: string): Person {
  return { id, name, realName, title: 'Engineer', tz: 'Europe/Berlin', isBot: false, isGuest: false, colour };
}

function channel(part: Partial<Channel>): Channel {
  const members = people.map((one) => one.id);
  const base = { topic: '', purpose: '', isArchived: false, isMember: true, members, bookmarks: [], pins: [], unread: 0 };
  return { id: 'C0GENERAL', name: 'general', kind: 'public', ...base, ...part };
}

export function view(part: Partial<View>): View {
  return {
    id: 'V1',
    type: 'modal',
    hash: '1',
    title: 'Declare an incident',
    submit: 'Declare',
    blocks: [],
    values: {},
    errors: {},
    ...part,
  };
}

class Room {
  seq = 0;
  acts: Act[] = [];
  replies = new Map<string, (act: Act) => Answer | Promise<Answer>>();
  channels = [channel({}), channel({ id: 'C0INCIDENTS', name: 'incidents', topic: 'One headline per incident' })];
  messages: Record<string, Message[]> = {};
  stacks: Record<string, View[]> = {};
  past: Event[] = [];
  listeners = new Set<(event: Event) => void>();
  streams = new Set<() => void>();

  tell(to: string, body: ChangeBody): void {
    this.seq += 1;
    const event: Event = { to, change: { ...body, seq: this.seq } };
    this.past.push(event);
    for (const listener of this.listeners) listener(event);
  }

  snapshot(as: string): Snapshot {
    return {
      team: { id: 'T1', name: 'Acme', domain: 'acme' },
      as,
      people,
      channels: this.channels,
      messages: this.messages,
      modals: this.stacks[as] ?? [],
      commands: [{ command: '/incident', description: 'Declare and run incidents', usageHint: 'declare [title] | status | help' }],
      shortcuts: [
        { name: 'Declare incident', type: 'global', callbackId: 'incident.declare', description: 'Open a war room' },
        { name: 'Declare from message', type: 'message', callbackId: 'incident.declare-from-message', description: '' },
      ],
      app: { id: 'A1', botUserId: 'U0WARROOM', name: 'Warroom', connected: true, mode: 'socket' },
      notice: 'embedded: for trying out',
      clock: { offsetMs: 0 },
      faults: { rateLimits: false, latencyMs: {}, rules: [] },
      seq: this.seq,
    };
  }

  post(part: Partial<Message>): Message {
    const ts = part.ts ?? `${1_790_000_000 + this.seq * 400}.000100`;
    const base = { channel: 'C0INCIDENTS', user: 'U0WARROOM', text: '', blocks: [], replyCount: 0, reactions: [], isPinned: false };
    const message: Message = { ...base, ts, ...part };
    const list = (this.messages[message.channel] ??= []);
    this.messages[message.channel] = [...list.filter((one) => one.ts !== ts), message];
    this.tell('*', { type: 'message', message });
    return message;
  }
}

/** Starts it on a free loopback port. */
export async function startStandIn(): Promise<StandIn> {
  const room = new Room();
  const app = new Hono();
  pageRoutes(app);
  clientRoutes(app, room);
  const server = await listen(app);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    acts: room.acts,
    answer: (type, reply) => void room.replies.set(type, reply),
    post: (message) => room.post(message),
    modals(as, views) {
      room.stacks[as] = views;
      room.tell(as, { type: 'modals', modals: views });
    },
    tell: (to, body) => room.tell(to, body),
    snapshot: (as) => room.snapshot(as),
    cut: () => cut(room),
    async close() {
      cut(room);
      await new Promise((done) => server.close(done));
    },
  };
}

function listen(app: Hono): Promise<ServerType> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(server));
  });
}

function cut(room: Room): void {
  for (const end of room.streams) end();
}

function clientRoutes(app: Hono, room: Room): void {
  app.get('/client/snapshot', (context) => context.json(room.snapshot(context.req.query('as') ?? 'U0ADA')));
  app.get('/client/log', (context) => context.json({ entries: [] }));
  app.post('/client/act', async (context) => {
    const act = await context.req.json<Act>();
    room.acts.push(act);
    return context.json((await room.replies.get(act.type)?.(act)) ?? { ok: true });
  });
  app.get('/client/stream', (context) =>
    streamSSE(context, async (stream) => {
      const as = context.req.query('as') ?? '';
      const send = ({ to, change }: Event) => {
        if (to === '*' || to === as) void stream.writeSSE({ event: 'change', id: String(change.seq), data: JSON.stringify(change) });
      };
      const after = Number(context.req.header('last-event-id') ?? room.seq);
      await stream.writeSSE({ event: 'hello', data: '{}', retry: 200 });
      for (const event of room.past) if (event.change.seq > after) send(event);
      room.listeners.add(send);
      await new Promise<void>((end) => {
        room.streams.add(end);
        stream.onAbort(end);
      });
      room.listeners.delete(send);
    }),
  );
}
