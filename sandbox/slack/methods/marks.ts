/** Pins, bookmarks and reactions. */
import { seconds } from '../core.ts';
import { pin, unpin } from '../life/marks.ts';
import { react, showChannel } from '../life/messages.ts';
import { maybe, type Json } from '../state/json.ts';
import type { Bookmark, Channel, Message } from '../state/model.ts';
import { SlackError } from '../state/slack-error.ts';
import { messageObject } from '../wire/objects.ts';
import { needed, optional, type Call, type Methods } from './method.ts';

const maxBookmarks = 100;

function memberChannel(call: Call, key: string): Channel {
  const channel = call.core.store.channels.get(needed(call, key));
  if (!channel || (channel.kind !== 'public' && !channel.members.has(call.bot))) throw new SlackError('channel_not_found');
  if (!channel.members.has(call.bot)) throw new SlackError('not_in_channel');
  return channel;
}

function markedMessage(call: Call): { channel: Channel; message: Message } {
  const channel = memberChannel(call, 'channel');
  const message = channel.messages.get(needed(call, 'timestamp'));
  if (!message) throw new SlackError('message_not_found');
  return { channel, message };
}

function listPins(call: Call): Json {
  const channel = memberChannel(call, 'channel');
  const items = [...channel.pins].toReversed().flatMap(([ts, { user, created }]) => {
    const message = channel.messages.get(ts);
    return message ? [{ type: 'message', channel: channel.id, created, created_by: user, message: messageObject(call.core, message) }] : [];
  });
  return { items };
}

function bookmarkObject(channel: Channel, bookmark: Bookmark): Json {
  const { id, title, link, emoji, created } = bookmark;
  return { id, channel_id: channel.id, title, link, ...maybe('emoji', emoji), type: 'link', date_created: created, date_updated: created };
}

function checkedLink(link: string): string {
  if (!/^(https?:\/\/|mailto:)\S+$/.test(link)) throw new SlackError('invalid_link');
  return link;
}

function addBookmark(call: Call): Json {
  const channel = memberChannel(call, 'channel_id');
  const title = needed(call, 'title');
  if (needed(call, 'type') !== 'link') throw new SlackError('invalid_bookmark_type');
  if (channel.bookmarks.length >= maxBookmarks) throw new SlackError('too_many_bookmarks');
  const link = checkedLink(needed(call, 'link'));
  const bookmark = { id: call.core.ids.next('Bk'), title, link, ...maybe('emoji', optional(call, 'emoji')), created: seconds(call.core) };
  channel.bookmarks.push(bookmark);
  showChannel(call.core, channel);
  return { bookmark: bookmarkObject(channel, bookmark) };
}

function knownBookmark(call: Call): { channel: Channel; bookmark: Bookmark } {
  const channel = memberChannel(call, 'channel_id');
  const bookmark = channel.bookmarks.find((one) => one.id === needed(call, 'bookmark_id'));
  if (!bookmark) throw new SlackError('not_found');
  return { channel, bookmark };
}

function editBookmark(call: Call): Json {
  const { channel, bookmark } = knownBookmark(call);
  const link = optional(call, 'link');
  if (link !== undefined) bookmark.link = checkedLink(link);
  Object.assign(bookmark, maybe('title', optional(call, 'title')), maybe('emoji', optional(call, 'emoji')));
  showChannel(call.core, channel);
  return { bookmark: bookmarkObject(channel, bookmark) };
}

function removeBookmark(call: Call): Json {
  const { channel, bookmark } = knownBookmark(call);
  channel.bookmarks = channel.bookmarks.filter((one) => one !== bookmark);
  showChannel(call.core, channel);
  return {};
}

function addReaction(call: Call): Json {
  const { message } = markedMessage(call);
  const name = needed(call, 'name').replaceAll(':', '');
  if (!/^[a-z0-9_+'-]+$/.test(name)) throw new SlackError('invalid_name');
  if (message.reactions.length >= 50) throw new SlackError('too_many_emoji');
  if (!react(call.core, message, { user: call.bot, name })) throw new SlackError('already_reacted');
  return {};
}

function removeReaction(call: Call): Json {
  const { message } = markedMessage(call);
  if (!react(call.core, message, { user: call.bot, name: needed(call, 'name'), remove: true })) throw new SlackError('no_reaction');
  return {};
}

export const markMethods: Methods = {
  'pins.add': {
    scopes: ['pins:write'],
    run(call) {
      const { channel, message } = markedMessage(call);
      pin(call.core, channel, { ts: message.ts, user: call.bot });
      return {};
    },
  },
  'pins.remove': {
    scopes: ['pins:write'],
    run(call) {
      const { channel, message } = markedMessage(call);
      unpin(call.core, channel, { ts: message.ts, user: call.bot });
      return {};
    },
  },
  'pins.list': { scopes: ['pins:read'], run: listPins },
  'bookmarks.add': { scopes: ['bookmarks:write'], run: addBookmark },
  'bookmarks.edit': { scopes: ['bookmarks:write'], run: editBookmark },
  'bookmarks.remove': { scopes: ['bookmarks:write'], run: removeBookmark },
  'bookmarks.list': {
    scopes: ['bookmarks:read'],
    run(call) {
      const channel = memberChannel(call, 'channel_id');
      return { bookmarks: channel.bookmarks.map((bookmark) => bookmarkObject(channel, bookmark)) };
    },
  },
  'reactions.add': { scopes: ['reactions:write'], run: addReaction },
  'reactions.remove': { scopes: ['reactions:write'], run: removeReaction },
  'reactions.get': {
    scopes: ['reactions:read'],
    run(call) {
      const { channel, message } = markedMessage(call);
      return { type: 'message', channel: channel.id, message: messageObject(call.core, message) };
    },
  },
};
