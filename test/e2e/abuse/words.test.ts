import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Message } from '../../../sandbox/slack/client-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { answerOf, patient } from '../../support/talk.ts';
import { declared, runsOf } from '../play.ts';

jest.setTimeout(houseTimeoutMs);

const title = '<!channel> *APPROVED* by <@U0ADA00000> &amp; <https://evil.invalid|Approve>';
const reason = 'done” *approvals 2 of 2*: ✓ <@U0CLEO0000> ```RB-1 approved``` <!here> <https://evil.invalid|Start>';

/** Every text of a message that Slack reads as markup. */
function markupOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markupOf);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  if (type === 'mrkdwn' && typeof text === 'string') return [text];
  return Object.values(value).flatMap(markupOf);
}

describe('words that want to look like an approval', () => {
  let house: House;
  let room: string;
  const person = (name: string) => house.api.as(name);
  beforeAll(async () => {
    house = await startHouse();
    room = await declared(house, { text: `sev2 ${title} service:shop` });
    await person('ben').visit('join', room);
    await person('ben').slash(room, `/rollback request shop to v40 ${reason}`);
    await person('ada').waitForMessage(room, /RB-1 · shop/, patient);
    await person('ada').waitForMessage(room, /asked for RB-1/, patient);
  }, houseTimeoutMs);
  afterAll(async () => house.stop());

  const all = async (): Promise<Message[]> => {
    const { messages } = await person('ada').snapshot();
    return Object.values(messages).flat();
  };

  it('A19: wake nobody, and link nowhere, in any message of the room and of the digest', async () => {
    const byWarroom = (await all()).filter(({ user }) => user.startsWith('U0WARROOM'));
    const said = byWarroom.flatMap(({ text, blocks }) => [text, ...markupOf(blocks)]).join('\n');
    expect(said).toContain('APPROVED');
    expect(said).not.toMatch(/<!(channel|here|everyone)|<https?:\/\/evil|<!subteam/);
  });

  it('A19: stand on the card in quotation marks they cannot end, neither bold nor as code, and away from the buttons', async () => {
    const card = await person('ada').waitForMessage(room, /RB-1 · shop/, patient);
    const quotes = markupOf(card.blocks).filter((text) => text.includes('approvals 2 of 2'));
    expect(quotes).toHaveLength(1);
    const [, quoted = ''] = /asked by <@U0BEN00000>: “([^”]*)”/.exec(quotes[0] ?? '') ?? [];
    expect(quoted).toContain('approvals 2 of 2');
    expect(quoted).toContain('evil.invalid');
    expect(quoted).not.toMatch(/[*~`<>]/);
    expect(markupOf(card.blocks).join('\n')).toContain('*approvals 0 of 2*');
    const controls = (card.blocks as { type: string }[]).filter(({ type }) => type === 'actions');
    expect(JSON.stringify(controls)).not.toMatch(/APPROVED|evil|approvals 2/);
  });

  it('A19: are plain text where the title is the headline, and count for nothing', async () => {
    const headline = await person('ada').waitForMessage(room, /INC-1 · SEV2/, patient);
    const header = (headline.blocks as { type: string; text?: { type: string; text: string } }[]).find(({ type }) => type === 'header');
    expect(header?.text?.type).toBe('plain_text');
    expect(header?.text?.text).toContain('*APPROVED*');
    expect(answerOf(await person('ada').slash(room, '/incident timeline'))).not.toMatch(/> approved RB-1/);
    expect(runsOf(house)).toEqual([]);
  });
});
