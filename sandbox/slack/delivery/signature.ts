import { createHmac } from 'node:crypto';

/** The two headers by which the app knows that Slack is speaking. */
export function signatureHeaders(secret: string, body: string, timestampSeconds: number): Record<string, string> {
  const mac = createHmac('sha256', secret).update(`v0:${timestampSeconds}:${body}`).digest('hex');
  return { 'x-slack-signature': `v0=${mac}`, 'x-slack-request-timestamp': String(timestampSeconds) };
}
