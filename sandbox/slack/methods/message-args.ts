/** The part of chat.* that is the message itself: text, blocks, attachments, metadata. */
import { blockProblems, blocksTooLong } from '../blocks/validate.ts';
import { withIds } from '../blocks/walk.ts';
import { isRecord, list, record, text, type Json } from '../state/json.ts';
import type { Message } from '../state/model.ts';
import { invalid, SlackError } from '../state/slack-error.ts';
import { parsed, type Call } from './method.ts';

/** Longer text is cut, as Slack does. */
const longestText = 40_000;
const maxAttachments = 100;
const maxMetadataBytes = 16_384;

export type Content = Pick<Message, 'text' | 'blocks' | 'attachments'> & { metadata?: Json };

/** Reads and checks a message's content; nothing in it at all is `no_text`. */
export function messageContent(call: Call): Content {
  const content = readContent(call);
  if (content.text === '' && content.blocks.length === 0 && content.attachments.length === 0) throw new SlackError('no_text');
  return content;
}

/** The same, but empty is allowed: an update may change one part only. */
export function readContent(call: Call): Content {
  const { args } = call;
  const markdown = text(args['markdown_text']);
  if (markdown !== '' && (args['text'] !== undefined || args['blocks'] !== undefined)) throw new SlackError('markdown_text_conflict');
  const metadata = readMetadata(call);
  return {
    text: unescapedLength(markdown || text(args['text'])),
    blocks: readBlocks(call),
    attachments: readAttachments(call),
    ...(metadata && { metadata }),
  };
}

function unescapedLength(words: string): string {
  return words.length > longestText ? Array.from(words).slice(0, longestText).join('') : words;
}

/** Blocks with their ids filled in, or Slack's complaint about them. */
function readBlocks(call: Call): Json[] {
  const raw = parsed(call, 'blocks');
  if (raw === undefined || raw === null || raw === '') return [];
  if (!Array.isArray(raw)) throw new SlackError('invalid_blocks_format');
  const problems = blockProblems(raw);
  if (problems.length > 0) throw invalid('invalid_blocks', problems);
  if (blocksTooLong(raw)) throw new SlackError('msg_blocks_too_long');
  return withIds(raw, () => call.core.ids.short());
}

function readAttachments(call: Call): Json[] {
  const attachments = list(parsed(call, 'attachments')).map(record);
  if (attachments.length > maxAttachments) throw new SlackError('too_many_attachments');
  return attachments;
}

function readMetadata(call: Call): Json | undefined {
  const metadata = parsed(call, 'metadata');
  if (metadata === undefined || metadata === null || metadata === '') return undefined;
  const fits = isRecord(metadata) && typeof metadata['event_type'] === 'string' && isRecord(metadata['event_payload']);
  if (!fits) throw new SlackError('invalid_metadata_format');
  if (Buffer.byteLength(JSON.stringify(metadata)) > maxMetadataBytes) throw new SlackError('metadata_too_large');
  return metadata;
}
