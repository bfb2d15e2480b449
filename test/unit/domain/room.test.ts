import { describe, expect, it } from '@jest/globals';
import { roomName } from '../../../src/domain/room.ts';
import { anIncident } from '../../support/builders.ts';

const template = 'inc-{number}-{date}-{slug}';
const named = (title: string, attempt = 1): string => roomName(template, anIncident({ title }), attempt);

describe('the name of a war room', () => {
  it('says number, day and what is broken', () => expect(named('Checkout errors ~30 %')).toBe('inc-12-20261123-checkout-errors-30'));

  it.each([
    ['Zahlungen für Österreich gestört', 'inc-12-20261123-zahlungen-fur-osterreich-gestort'],
    ['Straße & “Größe” №5', 'inc-12-20261123-stra-e-gro-e-no5'],
    ['ﬁx the ＷＥＢ', 'inc-12-20261123-fix-the-web'],
    ['結帳失敗', 'inc-12-20261123'],
    ['🧨🔥', 'inc-12-20261123'],
    ['--- !!! ---', 'inc-12-20261123'],
    ['<!channel> <@U1>', 'inc-12-20261123-channel-u1'],
  ])('keeps of “%s” what Slack takes', (title, name) => expect(named(title)).toBe(name));

  it.each(['x'.repeat(200), 'ab '.repeat(66), 'é'.repeat(200)])('never is longer than 80 characters, nor ends in a dash', (title) => {
    const long = roomName(`${'incident-'.repeat(7)}{slug}`, anIncident({ title }), 1);
    expect(long.length).toBeLessThanOrEqual(80);
    expect(long).toMatch(/^[a-z0-9][a-z0-9_-]*[a-z0-9]$/);
  });

  it('gets a number when it is taken', () => expect(named('checkout', 2)).toBe('inc-12-20261123-checkout-2'));

  it('keeps that number when it is long', () => {
    const long = roomName(`${'incident-'.repeat(9)}{slug}`, anIncident(), 20);
    expect(long.length).toBeLessThanOrEqual(80);
    expect(long).toMatch(/[a-z]-20$/);
  });

  it('follows the template of the configuration', () =>
    expect(roomName('war_{slug}_{number}', anIncident({ title: 'Checkout' }), 1)).toBe('war_checkout_12'));

  it('leaves unknown placeholders as they stand rather than guessing', () =>
    expect(roomName('inc-{nope}-{number}', anIncident(), 1)).toBe('inc-{nope}-12'));
});
