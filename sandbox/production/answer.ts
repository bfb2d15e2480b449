/** What a handler answers: JSON in `body`, or plain `text`, or a page. */
export interface Answer {
  status: number;
  body?: unknown;
  text?: string;
  html?: string;
  headers?: Record<string, string>;
}
