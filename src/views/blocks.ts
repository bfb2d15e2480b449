import type { KnownBlock } from '@slack/types';

/** What is posted: `text` stands alone for phones, notifications and screen readers. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}
