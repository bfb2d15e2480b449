/** How fast a slash command is acknowledged, beside an app that does nothing but acknowledge. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workspace } from '../sandbox/slack/workspace.ts';
import { startWorkspace } from '../sandbox/slack/workspace.ts';
import { startProgram } from './child.ts';
import { figure, median, spread, type Figures } from './figure.ts';
import type { House } from './house.ts';
import { openRoom } from './incident.ts';

const rounds = 45;
const warmUps = 8;
/** What a command sets in motion is mostly done before the next one of its kind, three pauses later. */
const pauseMs = 200;
const limit = 3;

interface Command {
  workspace: Workspace;
  channel: string;
  text: (index: number) => string;
}

/**
 * One of each in turn, so that a busy moment of the machine hits all alike. Bare Bolt has a workspace of its own in this process:
 * on one workspace Slack, and so the sandbox, would spread the envelopes over the sockets of both.
 */
export async function measureAck(house: House): Promise<Figures> {
  const bareWorkspace = await startWorkspace();
  const bare = await startBareBolt(bareWorkspace).catch(async (error: unknown) => {
    await bareWorkspace.stop();
    throw error;
  });
  try {
    const room = await openRoom(house, 'Ack is measured');
    const statuses = ['identified', 'mitigating'] as const;
    const { workspace } = house;
    const recording: Command = { workspace, channel: room.id, text: (index) => `/incident status ${statuses[index % 2] ?? ''}` };
    const reading: Command = { workspace, channel: room.id, text: () => '/incident list' };
    const general = (await bareWorkspace.api.channel('general')).id;
    const bareBolt: Command = { workspace: bareWorkspace, channel: general, text: recording.text };
    const [writes = [], reads = [], base = []] = await inTurn([recording, reading, bareBolt]);
    return figures({ base, writes, reads });
  } finally {
    await bare.stop();
    await bareWorkspace.stop();
  }
}

function startBareBolt({ apiUrl, tokens }: Workspace) {
  return startProgram('./bare-bolt.ts', { SLACK_BOT_TOKEN: tokens.bot, SLACK_APP_TOKEN: tokens.app, SLACK_API_URL: apiUrl });
}

/** The first rounds warm up and are thrown away. */
async function inTurn(commands: readonly Command[]): Promise<number[][]> {
  const taken = commands.map((): number[] => []);
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const [index, command] of commands.entries()) {
      const ms = await measure(command, round + warmUps);
      if (round >= 0) taken[index]?.push(ms);
      await sleep(pauseMs);
    }
  }
  return taken;
}

async function measure({ workspace, channel, text }: Command, round: number): Promise<number> {
  const { id } = await workspace.api.person('ada');
  const result = await workspace.api.act({ type: 'slash', as: id, channel, text: text(round) });
  if (result.ok && result.ms !== undefined) return result.ms;
  throw new Error(`“${text(round)}” was not acknowledged: ${JSON.stringify(result)}`);
}

function figures({ base, writes, reads }: { base: number[]; writes: number[]; reads: number[] }): Figures {
  const over = (samples: number[]) => ({ value: median(samples) / median(base), unit: '×', samples: samples.length });
  return {
    'ack.ratio': figure({ ...over(writes), limit, parts: { ...spread('warroom_ms', writes), ...spread('bare_bolt_ms', base) } }),
    'ack.readonly_ratio': figure({ ...over(reads), parts: spread('warroom_ms', reads) }),
  };
}
