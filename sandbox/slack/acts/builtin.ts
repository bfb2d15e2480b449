/** The commands every Slack has. The typed line is not posted; what they do shows as a grey line. */
import type { Act, ActResult } from '../client-api.ts';
import type { Core } from '../core.ts';
import { joinChannel, leaveChannel, renameChannel, setArchived, setWords } from '../life/channels.ts';
import type { Channel, User } from '../state/model.ts';
import { done, refused } from './result.ts';

type Builtin = (core: Core, place: { channel: Channel; user: string; rest: string }) => ActResult;

function named(core: Core, rest: string): User | undefined {
  const name = rest.trim().replace(/^@/, '');
  return [...core.store.users.values()].find((user) => user.name === name && !user.isDeleted);
}

const builtins: Record<string, Builtin> = {
  '/invite': (core, { channel, user, rest }) => {
    const guest = named(core, rest);
    if (!guest) return refused('user_not_found', `Nobody here is called ${rest}.`);
    joinChannel(core, channel, { user: guest.id, inviter: user });
    return done;
  },
  '/remove': (core, { channel, rest }) => {
    const member = named(core, rest);
    if (!member) return refused('user_not_found', `Nobody here is called ${rest}.`);
    leaveChannel(core, channel, member.id);
    return done;
  },
  '/topic': (core, { channel, user, rest }) => {
    setWords(core, channel, { what: 'topic', value: rest, user });
    return done;
  },
  '/rename': (core, { channel, user, rest }) => {
    renameChannel(core, channel, { name: rest, user });
    return done;
  },
  '/archive': (core, { channel, user }) => {
    setArchived(core, channel, { archived: true, user });
    return done;
  },
  '/leave': (core, { channel, user }) => {
    leaveChannel(core, channel, user);
    return done;
  },
};

/** Runs a command of Slack's own, if the line is one. */
export function runBuiltin(
  core: Core,
  act: Act & { type: 'slash' },
  part: { channel: Channel; word: string; rest: string },
): ActResult | undefined {
  const { channel, word, rest } = part;
  const builtin = builtins[word];
  if (!builtin) return undefined;
  if (!channel.members.has(act.as)) return refused('not_in_channel', `Join #${channel.name} to use commands there.`);
  return builtin(core, { channel, user: act.as, rest });
}
