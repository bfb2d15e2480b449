import { describe, expect, it } from '@jest/globals';
import { incident } from '../../../src/domain/incident.ts';
import type { Standing } from '../../../src/domain/policy.ts';
import type { Execute } from '../../../src/ports.ts';
import { membersOnly } from '../../../src/slack/members-only.ts';
import { noon } from '../../support/builders.ts';

const declare = { type: 'incident.declare', title: 'checkout fails', severity: 'SEV1', by: 'U1', at: noon } as const;

function door(standing: Standing) {
  const seen = { asked: 0, executed: 0, at: noon };
  const chat = { standing: () => Promise.resolve(((seen.asked += 1), standing)) };
  const execute = (() => Promise.resolve(((seen.executed += 1), {}))) as unknown as Execute;
  return { seen, execute: membersOnly(execute, chat, () => seen.at) };
}

describe('the door as people reach it', () => {
  it.each(['guest', 'external', 'bot', 'deactivated'] as const)('lets nobody change anything who is %s', async (standing) => {
    const { seen, execute } = door(standing);

    await expect(execute(incident, 'inc_1', declare)).rejects.toThrow('You can look, but not change anything here');
    expect(seen.executed).toBe(0);
  });

  it('lets members through, and asks Slack about them once a minute', async () => {
    const { seen, execute } = door('member');

    await execute(incident, 'inc_1', declare);
    await execute(incident, 'inc_1', declare);
    seen.at += 60_001;
    await execute(incident, 'inc_1', declare);

    expect(seen).toMatchObject({ executed: 3, asked: 2 });
  });

  it('does not stop an incident because Slack does not say who somebody is', async () => {
    const { seen, execute } = door('unknown');

    await execute(incident, 'inc_1', declare);

    expect(seen.executed).toBe(1);
  });
});
