import { setTimeout as sleep } from 'node:timers/promises';
import type { Version } from '../../domain/plan.ts';
import { cardKey } from '../../domain/job.ts';
import { digestOf } from '../../lib/canonical.ts';
import type { Message } from '../../views/blocks.ts';
import { decisionCard } from '../../views/decision-card.ts';
import { headlineCard } from '../../views/headline-card.ts';
import { guardedCard, rollbackCard } from '../../views/rollback-card.ts';
import { welcomeCard } from '../../views/welcome-card.ts';
import type { Deps, StoredIncident } from '../../ports.ts';
import { ChatError } from '../../ports.ts';
import type { JobOutcome, Try } from '../../queue/job.ts';
import { OfCard } from './payload.ts';

/** A storm of changes becomes one edit a second. */
const betweenEditsMs = 1000;

/** Draws it as it stands now; nothing when it shows that already, and a moment later when it was drawn just now. */
export async function redraw(which: OfCard, deps: Deps, { maybeDone }: Pick<Try, 'maybeDone'>): Promise<JobOutcome> {
  const { queries, chat, now } = deps;
  const key = cardKey(which);
  const [before, drawing] = await Promise.all([queries.card(key), draw(which, deps)]);
  if (drawing === undefined) return undefined;
  const { channel, message } = drawing;
  const digest = digestOf(message);
  if (before?.digest === digest) return undefined;

  if (before === undefined) {
    const posted = await withTextAlone(message, deps, (shown) =>
      chat.post({ channel, message: shown, key: `card:${key}`, lookFirst: maybeDone }),
    );
    await queries.saveCard(key, { ...posted, digest, drawnAt: now() });
    return undefined;
  }
  if (now() - before.drawnAt < betweenEditsMs) return { again: before.drawnAt + betweenEditsMs };
  const { ts } = await withTextAlone(message, deps, (shown) => edit(deps, { channel: before.channel, ts: before.ts, message: shown, key }));
  await queries.saveCard(key, { channel: before.channel, ts, digest, drawnAt: now() });
  return undefined;
}

interface Edit {
  channel: string;
  ts: string;
  message: Message;
  key: string;
}

/** A card that somebody deleted comes back. */
async function edit({ chat }: Deps, { channel, ts, message, key }: Edit): Promise<{ ts: string }> {
  try {
    await chat.update(channel, ts, message);
    return { ts };
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== 'message_not_found') throw error;
    return chat.post({ channel, message, key: `card:${key}:after:${ts}`, lookFirst: true });
  }
}

/** Blocks that Slack refuses must not hide the news: then the text alone is shown, and the log has the reason. */
async function withTextAlone<T>(message: Message, { log }: Deps, show: (message: Message) => Promise<T>): Promise<T> {
  try {
    return await show(message);
  } catch (error) {
    const refused = ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long'];
    if (!(error instanceof ChatError) || !refused.includes(error.code)) throw error;
    log.error({ err: error, text: message.text }, 'card has blocks that Slack refuses; text shown instead');
    return show({ text: message.text.slice(0, 3900), blocks: [] });
  }
}

interface Drawing {
  channel: string;
  message: Message;
}

async function draw({ card, id }: OfCard, deps: Deps): Promise<Drawing | undefined> {
  switch (card) {
    case 'headline':
    case 'welcome':
      return drawInRoom(card, id, deps);
    case 'digest':
      return drawDigest(id, deps);
    case 'rollback':
      return drawRollback(id, deps);
    case 'decision':
      return drawDecision(id, deps);
  }
}

async function drawInRoom(card: 'headline' | 'welcome', id: string, deps: Deps): Promise<Drawing | undefined> {
  const [incident, rollbacks] = await Promise.all([deps.queries.incident(id), deps.queries.rollbacksOf(id)]);
  const room = incident?.state.room;
  if (!room) return undefined;
  if (card === 'headline')
    return { channel: room.id, message: headlineCard({ incident, rollbacks, where: 'room', sign: signOf(incident, deps) }) };
  const services = await Promise.all(incident.state.services.map((service) => runningNow(service, deps)));
  return { channel: room.id, message: welcomeCard({ incident, services }) };
}

/** A deploy shortly before is the first suspect. A provider that does not answer at once must not hold the card up. */
const providerMs = 2000;

async function runningNow(name: string, { settings, target }: Deps): Promise<{ name: string; current?: Version }> {
  const [environment] = settings.services.find((service) => service.id === name)?.environments ?? [];
  if (environment === undefined) return { name };
  const late = sleep(providerMs, undefined, { ref: false });
  const preview = await Promise.race([
    target(name, environment.id)
      .preview()
      .catch(() => undefined),
    late,
  ]);
  return preview?.current === undefined ? { name } : { name, current: preview.current };
}

async function drawDigest(id: string, deps: Deps): Promise<Drawing | undefined> {
  const { queries, chat, settings } = deps;
  const [incident, rollbacks, channel] = await Promise.all([
    queries.incident(id),
    queries.rollbacksOf(id),
    chat.channelId(settings.slack.digest),
  ]);
  return incident && { channel, message: headlineCard({ incident, rollbacks, where: 'digest', sign: signOf(incident, deps) }) };
}

const signOf = ({ state }: StoredIncident, { settings }: Deps): string => settings.severities[state.severity].emoji;

/** Where people of another workspace are, there are neither versions nor buttons: the members ask for the card, and see it alone. */
async function drawRollback(id: string, deps: Deps): Promise<Drawing | undefined> {
  const { queries, now } = deps;
  const rollback = await queries.rollback(id);
  const incident = rollback && (await queries.incident(rollback.state.incidentId));
  const room = incident?.state.room;
  if (!rollback || !room) return undefined;
  const isGuarded = await hasStrangers(room.id, deps);
  return {
    channel: room.id,
    message: isGuarded ? guardedCard(rollback.state) : rollbackCard({ id, rollback: rollback.state, now: now() }),
  };
}

/** Slack's silence is waited out; where it may not tell, the card is worth more than the doubt. */
async function hasStrangers(room: string, { chat, log }: Deps): Promise<boolean> {
  try {
    return await chat.isShared(room);
  } catch (error) {
    if (!(error instanceof ChatError) || error.kind === 'again') throw error;
    log.warn({ err: error, room }, 'slack does not say whether people of another workspace are in the room');
    return false;
  }
}

/** The last decision and the one before it are kept; older cards stay as they are. */
async function drawDecision(id: string, { queries }: Deps) {
  const [incidentId = '', number = ''] = id.split('#');
  const incident = await queries.incident(incidentId);
  const { room, decision: last, decisionBefore } = incident?.state ?? {};
  const decision = [last, decisionBefore].find((each) => each?.number === Number(number));
  return incident && room && decision && { channel: room.id, message: decisionCard({ incident, decision }) };
}
