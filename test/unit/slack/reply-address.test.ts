import { describe, expect, it } from '@jest/globals';
import { isReplyAddress } from '../../../src/slack/reply-address.ts';

describe('A17: where an input may be answered', () => {
  it.each([
    'https://hooks.slack.com/actions/T1/2/x',
    'https://hooks.slack.com/commands/T1/2/x',
    'https://hooks.slack-gov.com/actions/T1/2/x',
  ])('is Slack: %s', (address) => expect(isReplyAddress(address, undefined)).toBe(true));

  it.each([
    'http://hooks.slack.com/actions/T1/2/x',
    'https://hooks.slack.com.evil.invalid/actions',
    'https://evil.invalid/?https://hooks.slack.com/',
    'https://hooks.slack.com@evil.invalid/actions',
    'https://someone:secret@hooks.slack.com/actions',
    'https://hooks.slack.com:8443/actions',
    'http://127.0.0.1:3900/response/1',
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'not an address',
    '',
    null,
    42,
  ])('is nowhere else: %p', (address) => expect(isReplyAddress(address, undefined)).toBe(false));

  it('is the workspace that stands in for Slack, where one is configured, and its port only', () => {
    const apiUrl = 'http://127.0.0.1:3900/api/';
    expect(isReplyAddress('http://127.0.0.1:3900/response/1', apiUrl)).toBe(true);
    expect(isReplyAddress('http://127.0.0.1:3901/response/1', apiUrl)).toBe(false);
    expect(isReplyAddress('http://localhost:3900/response/1', apiUrl)).toBe(false);
  });
});
