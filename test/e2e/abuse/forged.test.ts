import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LogEntry } from '../../../sandbox/slack/client-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { connected, patient, whispered } from '../../support/talk.ts';
import { declared, requested } from '../play.ts';
import { clickForged, commandForged, formForged, lastSent, saidTo, unchanged } from './standing.ts';

jest.setTimeout(houseTimeoutMs);

/** What a press of Approve carries. */
interface Value {
  id: string;
  planHash: string;
}

describe('inputs that nobody can send through Slack', () => {
  let house: House;
  let room: string;
  let value: Value;
  const where = () => ({ room, name: 'RB-1' });
  beforeAll(async () => {
    house = await startHouse();
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await requested(house, { room, by: 'ben', to: 'v40' });
    const card = await person('ada').waitForMessage(room, /RB-1 · shop/, patient);
    const buttons = (card.blocks as { elements?: { action_id?: string; value?: string }[] }[]).flatMap(({ elements = [] }) => elements);
    value = JSON.parse(buttons.find(({ action_id: id }) => id === 'rollback.approve')?.value ?? '{}') as Value;
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);

  /** A harmless click, for others to be made of it; its answers go to whoever clicked. */
  async function clickOf(name: string): Promise<LogEntry> {
    await person(name).visit('join', room);
    await person(name).click(room, 'Details', patient);
    return lastSent(house, 'block_actions');
  }

  const press = async (sent: LogEntry, action: { action_id: string; value: unknown }) =>
    clickForged(house, sent, (payload) => {
      const said = typeof action.value === 'string' ? action.value : JSON.stringify(action.value);
      payload.actions = payload.actions.map((each) => ({ ...each, action_id: action.action_id, value: said }));
    });

  it('A15: believes nothing that a button says but which rollback and which plan: rights and texts are its own', async () => {
    const eve = await clickOf('eve');
    const ada = (await house.api.person('ada')).id;
    const claims = { ...value, by: ada, user: ada, voter: { user: ada, standing: 'member', roles: ['ic'], groups: ['@sre-leads'] } };
    await unchanged(house, where(), async () => {
      await press(eve, { action_id: 'rollback.approve', value: { ...claims, policy: { require: [] }, start: 1 } });
      expect(await whispered(person('eve'), room, /You are not one of them/)).toContain('needs an approval by');
      await press(eve, { action_id: 'rollback.approve', value: `{"__proto__":{"id":"${value.id}"},"planHash":"${value.planHash}"}` });
      await whispered(person('eve'), room, /That button or form is out of date\. Nothing was recorded\. Use the newest card\./);
      await press(eve, { action_id: 'rollback.start', value: claims });
      await whispered(person('eve'), room, /RB-1 is requested: start is not possible now/);
    });
  });

  it('A15: says of a value that it cannot read, or that leads nowhere, that nothing was recorded', async () => {
    const ada = await clickOf('ada');
    const { id, planHash } = value;
    await unchanged(house, where(), async () => {
      await press(ada, { action_id: 'rollback.approve', value: 'no json at all' });
      await whispered(person('ada'), room, /That button or form is out of date\. Nothing was recorded/);
      await press(ada, { action_id: 'rollback.approve', value: { id: 'rb_of-nobody', planHash } });
      expect(await whispered(person('ada'), room, /There is no rollback/)).toContain('behind this button');
      await press(ada, { action_id: 'rollback.approve', value: { id, planHash: 'another plan' } });
      await whispered(person('ada'), room, /This card is out of date: the plan changed since it was drawn/);
      await press(ada, { action_id: 'rollback.pass-gate', value: { id, step: 99 } });
      await whispered(person('ada'), room, /RB-1 is requested: .* is not possible now/);
      await press(ada, { action_id: 'rollback.no-such-action', value });
    });
  });

  it('A15: asks the same of a form whose hidden words were changed', async () => {
    await person('cleo').visit('join', room);
    await person('cleo').click(room, 'Reject', patient);
    await person('cleo').waitForModal('Reject RB-1', patient);
    await person('cleo').fill({ 'Why not?': ' ' });
    await person('cleo').submit();
    const sent = await lastSent(house, 'view_submission');
    const withHidden = async (metadata: string) =>
      saidTo(
        await formForged(house, sent, ({ view }) => {
          view.private_metadata = metadata;
          view.state.values = JSON.parse(JSON.stringify(view.state.values).replace('" "', '"it is the database"')) as Record<
            string,
            unknown
          >;
        }),
      );
    const by = (await house.api.person('cleo')).id;
    await unchanged(house, where(), async () => {
      expect(await withHidden(JSON.stringify({ id: 'rb_of-nobody', by }))).toContain('There is no rollback behind this button');
      expect(await withHidden(JSON.stringify({ id: [value.id], by }))).toContain('out of date. Nothing was recorded');
      expect(await withHidden('}{')).toContain('Not recorded: this form was opened by somebody else');
    });
  });

  it('A16: takes no form that was opened for somebody else, though its sender had the right', async () => {
    await person('ada').click(room, 'Break glass…', patient);
    await person('ada').waitForModal('Break glass: RB-1', patient);
    await person('ada').fill({ 'Why can it not wait?': 'customers lose their orders', 'Type the name of the service: shop': 'wrong' });
    await person('ada').submit();
    const sent = await lastSent(house, 'view_submission');
    const cleo = (await house.api.person('cleo')).id;
    await unchanged(house, where(), async () => {
      const form = await formForged(house, sent, (payload) => void (payload.user.id = cleo));
      expect(saidTo(form)).toContain(
        'Not recorded: this form was opened by somebody else. Open it yourself, from the card or by the command.',
      );
    });
    await person('ada').close({ all: true });
  });

  it('A17: answers at no address but Slack’s, and does not do what came with another one', async () => {
    let asked = 0;
    const elsewhere = createServer((_, response) => response.end(String((asked += 1)))).listen(0, '127.0.0.1');
    await new Promise((resolve) => elsewhere.once('listening', resolve));
    const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    const click = await clickOf('dan');
    await person('dan').slash(room, '/rollback status RB-1');
    const command = await lastSent(house, '/rollback');
    await unchanged(house, where(), async () => {
      const typed = await commandForged(house, command, (payload) =>
        Object.assign(payload, { text: 'approve RB-1', response_url: `${address}commands/1` }),
      );
      expect(saidTo(typed)).toContain('Not recorded: this did not come from Slack as Slack sends it.');
      const pressed = await clickForged(house, click, (payload) => {
        payload.actions = payload.actions.map((each) => ({ ...each, action_id: 'rollback.approve', value: JSON.stringify(value) }));
        payload.response_url = `${address}actions/1`;
      });
      expect(pressed.ok).toBe(false);
    });
    expect(asked).toBe(0);
    expect(house.app.lines.join('\n')).toContain('an input wanted to be answered at an address that is not slack');
    await new Promise((resolve) => elsewhere.close(resolve));
  });
});
