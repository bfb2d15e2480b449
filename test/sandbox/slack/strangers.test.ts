import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { startWorkspace, type Workspace } from '../../../sandbox/slack/workspace.ts';

describe('a workspace that is not alone', () => {
  let slack: Workspace;
  let client: WebClient;
  beforeAll(async () => {
    slack = await startWorkspace();
    client = new WebClient(slack.tokens.bot, { slackApiUrl: slack.apiUrl });
  });
  afterAll(async () => slack.stop());

  it('calls people of another one strangers, and names their workspace', async () => {
    const { id } = await slack.api.addPerson({ name: 'zoe', team: 'T0PARTNER0' });
    expect((await client.users.info({ user: id })).user).toMatchObject({ team_id: 'T0PARTNER0', is_stranger: true });
    const { id: ada } = await slack.api.person('ada');
    const { user } = await client.users.info({ user: ada });
    expect(user?.team_id).toBe((await client.auth.test()).team_id);
    expect(user).not.toHaveProperty('is_stranger');
  });

  it('tells bots from people', async () => {
    const { id } = await slack.api.addPerson({ name: 'flow', bot: true });
    expect((await client.users.info({ user: id })).user).toMatchObject({ is_bot: true });
  });

  it('says which channels are shared', async () => {
    const { id: channel } = await slack.api.channel('general');
    expect((await client.conversations.info({ channel })).channel).toMatchObject({ is_ext_shared: false });
    await slack.api.shareChannel('general');
    expect((await client.conversations.info({ channel })).channel).toMatchObject({ is_ext_shared: true, is_shared: true });
  });
});
