/** Orders of a test or the host program: people come and go, deliveries are repeated or forged. */
import type { Order, OrderResult, Signature } from '../client-api.ts';
import type { Core } from '../core.ts';
import type { Envelope, Receipt } from '../delivery/envelope.ts';
import { post, signedRequest, type HttpTransportOptions } from '../delivery/http-transport.ts';
import { joinChannel } from '../life/channels.ts';
import { publishEvent } from '../life/events.ts';
import { record } from '../state/json.ts';
import { personFrom } from '../state/seed.ts';
import { channelOf } from '../state/store.ts';
import { userObject } from '../wire/objects.ts';
import { seenApp } from '../wire/client.ts';

const done: OrderResult = { ok: true };

/** Carries an order out. */
export async function obey(core: Core, order: Order): Promise<OrderResult> {
  switch (order.type) {
    case 'add_person':
      return addPerson(core, order);
    case 'add_user_group':
      return addUserGroup(core, order);
    case 'deactivate':
      return deactivate(core, order.user);
    case 'share_channel':
      channelOf(core.store, order.channel).isExtShared = order.shared;
      return done;
    case 'clear_log':
      core.log.clear();
      core.hub.clear();
      return done;
    case 'set_notice':
      setNotice(core, order.notice);
      return done;
    case 'set_request_url':
      setRequestUrl(core, order.url);
      return done;
    case 'verify_request_url':
      return verifyRequestUrl(core);
    case 'settle':
      await core.hub.idle();
      return done;
    case 'redeliver':
      return redeliver(core, order);
  }
}

function addPerson(core: Core, order: Order & { type: 'add_person' }): OrderResult {
  const { store } = core;
  const user = personFrom(order, store.users.size);
  if (store.users.has(user.id)) return { ok: false, error: 'name_taken', message: `There is a ${order.name} already.` };
  store.users.set(user.id, user);
  const first = [...store.channels.values()].find((channel) => (user.isGuest ? channel.name === 'incidents' : channel.isGeneral));
  if (first) joinChannel(core, first, { user: user.id });
  publishEvent(core, { type: 'team_join', user: userObject(core, user) });
  return { ok: true, id: user.id };
}

function addUserGroup(core: Core, { handle, name, users }: Order & { type: 'add_user_group' }): OrderResult {
  const known = [...core.store.userGroups.values()].find((group) => group.handle === handle);
  const id = known?.id ?? core.ids.next('S');
  core.store.userGroups.set(id, { id, handle, name: name ?? handle, users });
  return { ok: true, id };
}

/** The account is closed: its owner acts no more, and nobody can invite it. */
function deactivate(core: Core, id: string): OrderResult {
  const user = core.store.users.get(id);
  if (!user) return { ok: false, error: 'user_not_found', message: `There is no ${id}.` };
  user.isDeleted = true;
  for (const channel of core.store.channels.values()) channel.members.delete(id);
  publishEvent(core, { type: 'user_change', user: userObject(core, user) });
  return done;
}

/** Changes the banner. */
export function setNotice(core: Core, notice: string): void {
  core.notice = notice;
  core.changes.publish(() => ({ type: 'notice', notice }));
}

/** Changes where signed HTTP goes; nothing means nowhere. */
export function setRequestUrl(core: Core, url: string | undefined): void {
  core.requestUrl = url;
  core.changes.publish(() => ({ type: 'app', app: seenApp(core) }));
}

/** Slack's first contact: the app must send the challenge back. */
async function verifyRequestUrl(core: Core): Promise<OrderResult> {
  const challenge = core.ids.next('challenge');
  const payload = { type: 'url_verification', token: 'sandbox-verification', challenge };
  const receipt = await post(
    signedRequest({ type: 'events_api', name: 'url_verification', payload, acceptsResponse: true }, httpOptions(core)),
    core.ackTimeoutMs,
  );
  const echoed = receipt.ok && [record(receipt.payload)['challenge'], record(receipt.payload)['text']].includes(challenge);
  if (receipt.ok && !echoed)
    return { ok: false, error: 'challenge_failed', message: "Your URL didn't respond with the value of the challenge parameter." };
  return asResult(receipt);
}

async function redeliver(core: Core, order: Order & { type: 'redeliver' }): Promise<OrderResult> {
  const deliveries = core.hub.delivered();
  const found = order.entry === undefined ? deliveries.at(-1) : deliveries.find((delivery) => delivery.id === order.entry);
  if (!found) return { ok: false, error: 'not_found', message: 'There is no such delivery in the log.' };
  const retry = order.retry === undefined ? {} : { retry: { attempt: order.retry, reason: 'operation_timeout' } };
  const changed = order.payload === undefined ? {} : { payload: order.payload };
  const envelope: Envelope = { ...found.envelope, ...changed, ...retry };
  const signature = order.signature ?? 'good';
  return asResult(signature === 'good' ? await core.hub.deliver(envelope) : await forge(core, envelope, signature));
}

/** Beyond the five minutes an app should accept. */
const tenMinutes = 600;

async function forge(core: Core, envelope: Envelope, signature: Exclude<Signature, 'good'>): Promise<Receipt> {
  const options = httpOptions(core);
  const signingSecret = signature === 'forged' ? `not-${options.signingSecret}` : options.signingSecret;
  const shift = { stale: -tenMinutes, future: tenMinutes, forged: 0, missing: 0 }[signature];
  const at = Math.floor(Date.now() / 1000) + shift;
  const request = signedRequest(envelope, { ...options, signingSecret }, at);
  if (signature === 'missing') delete request.headers['x-slack-signature'];
  const receipt = await post(request, core.ackTimeoutMs);
  const outcome = receipt.ok ? { ok: true } : { ok: false, error: receipt.error };
  core.log.add({ kind: 'delivery', name: `${envelope.name} (${signature} signature)`, ms: receipt.ms, ...outcome });
  return receipt;
}

function httpOptions(core: Core): HttpTransportOptions {
  const { tokens, ackTimeoutMs, clock } = core;
  return { requestUrl: () => core.requestUrl, signingSecret: tokens.signingSecret, ackTimeoutMs, now: () => clock.now() };
}

function asResult(receipt: Receipt): OrderResult {
  if (receipt.ok) return { ok: true, ms: receipt.ms, response: receipt.payload };
  const { error, ms, status } = receipt;
  return { ok: false, error, message: `The app did not accept it: ${error}`, ms, ...(status !== undefined && { status }) };
}
