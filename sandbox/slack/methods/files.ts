/** Uploads in three steps: ask for an address, send the bytes, say where they belong. */
import { addMessage } from '../life/messages.ts';
import { list, maybe, record, text, type Json } from '../state/json.ts';
import { SlackError } from '../state/slack-error.ts';
import { fileObject } from '../wire/objects.ts';
import { needed, optional, parsed, type Call, type Methods } from './method.ts';

function getUploadUrl(call: Call): Json {
  const name = needed(call, 'filename');
  const size = Number(needed(call, 'length'));
  const id = call.core.ids.next('F');
  call.core.store.files.set(id, { id, name, title: name, size, uploaded: false, shared: [] });
  return { upload_url: `${call.core.baseUrl}/upload/${id}`, file_id: id };
}

function complete(call: Call): Json {
  const { store } = call.core;
  const wanted = list(parsed(call, 'files')).map(record);
  const files = wanted.map((part) => {
    const file = store.files.get(text(part['id']));
    if (!file?.uploaded) throw new SlackError('file_not_found');
    file.title = text(part['title']) || file.name;
    return file;
  });
  const channelId = optional(call, 'channel_id') ?? optional(call, 'channels');
  if (channelId !== undefined) {
    const channel = store.channels.get(channelId);
    if (!channel) throw new SlackError('channel_not_found');
    if (!channel.members.has(call.bot)) throw new SlackError('not_in_channel');
    const ids = files.map((file) => file.id);
    const words = optional(call, 'initial_comment') ?? '';
    const thread = maybe('threadTs', optional(call, 'thread_ts'));
    addMessage(call.core, channel, { user: call.bot, botId: store.app.botId, text: words, files: ids, ...thread });
    for (const file of files) file.shared.push(channel.id);
  }
  return { files: files.map((file) => fileObject(call.core, file.id)) };
}

export const fileMethods: Methods = {
  'files.getUploadURLExternal': { scopes: ['files:write'], run: getUploadUrl },
  'files.completeUploadExternal': { scopes: ['files:write'], run: complete },
};
