import { describe, expect, it } from '@jest/globals';
import { instantOf } from '../../../src/config/local-time.ts';
import { problemText } from '../../../src/config/problem.ts';
import { configurationOf, problemsOf, providers, service } from './support.ts';

const said = (text: string) => problemsOf(text + service + providers).map(problemText);
const environmentWith = (line: string) => service.replace('class: production', `class: production\n        ${line}`) + providers;
const freeze = (fields: string) => `freezes:\n  - { name: Sale, timeZone: Europe/Berlin, reason: busy, ${fields} }\n`;

describe('a date as people write it', () => {
  it.each([
    ['2026-12-24', 'from', '2026-12-23T23:00:00Z'],
    ['2026-12-24', 'to', '2026-12-24T23:00:00Z'],
    ['2026-07-01T08:00', 'from', '2026-07-01T06:00:00Z'],
    ['2026-07-01T08:00', 'to', '2026-07-01T06:00:00Z'],
    ['2026-07-01T08:00:30Z', 'from', '2026-07-01T08:00:30Z'],
    ['2026-07-01T08:00-05:00', 'from', '2026-07-01T13:00:00Z'],
    ['2026-03-29', 'to', '2026-03-29T22:00:00Z'], // the clocks went forward that day
    ['2026-10-25', 'to', '2026-10-25T23:00:00Z'],
  ] as const)('%s as %s', (text, edge, expected) => expect(instantOf(text, 'Europe/Berlin', edge)).toBe(Date.parse(expected)));

  it.each(['2026-02-30', '2026-13-01', 'tomorrow', ''])('%j is none', (text) => expect(instantOf(text, 'UTC', 'from')).toBeUndefined());
});

describe('a freeze', () => {
  it('comes once, or every week', () => {
    const text =
      freeze("services: [shop], from: '2026-11-26', to: '2026-11-30'") +
      "  - { name: Weekend, timeZone: UTC, reason: few are awake, weekly: { days: [fri..sun], from: '18:00' } }\n";
    expect(configurationOf(text + service + providers).freezes).toEqual([
      {
        name: 'Sale',
        services: ['shop'],
        timeZone: 'Europe/Berlin',
        reason: 'busy',
        when: { kind: 'once', from: Date.parse('2026-11-25T23:00Z'), to: Date.parse('2026-11-30T23:00Z') },
      },
      {
        name: 'Weekend',
        timeZone: 'UTC',
        reason: 'few are awake',
        when: { kind: 'weekly', days: ['fri', 'sat', 'sun'], from: '18:00', to: '24:00' },
      },
    ]);
  });

  it.each([
    ["from: '2026-12-01', to: '2026-11-30'", 'freezes[0].to is not after from, so the freeze never holds'],
    ["from: '2026-12-01'", 'freezes[0].to is missing; a freeze without an end is never lifted'],
    ["to: '2026-12-01'", 'freezes[0].from is missing; write from and to, or weekly'],
    ["from: '2026-02-30', to: '2026-03-01'", 'freezes[0].from is not a day of the calendar'],
    ["from: 'next friday', to: '2026-03-01'", "freezes[0].from is not a date; write it in quotes, for example '2026-12-24'"],
    ["from: '2026-02-01', to: '2026-03-01', weekly: { days: [sat] }", 'freezes[0].weekly stands beside from or to'],
    ['weekly: { days: [] }', 'freezes[0].weekly.days is empty; name at least one day'],
    ['weekly: { days: [monday] }', 'freezes[0].weekly.days[0] is not a day; write mon to sun, or a range as mon..fri'],
    ["weekly: { days: [sat], from: '10:00', to: '10:00' }", 'freezes[0].weekly.to is the same time as from'],
    [
      "services: [shpo], from: '2026-02-01', to: '2026-03-01'",
      'freezes[0].services[0] names the unknown service shpo\n    did you mean shop?',
    ],
  ])('that makes no sense is refused: %s', (fields, message) => expect(said(freeze(fields)).join('\n')).toContain(message));

  it('has a name of its own and a time zone that exists', () => {
    const twice = `${freeze('weekly: { days: [sat] }')}  - { name: Sale, timeZone: Mars, reason: r, weekly: { days: [sun] } }\n`;
    expect(said(twice).join('\n')).toContain(
      'freezes[1].timeZone is not a time zone; write region and city, for example Europe/Berlin, or UTC',
    );
    expect(said(twice.replace('Mars', 'UTC')).join('\n')).toContain('freezes[1].name is the name of freeze 1 as well: Sale');
  });
});

describe('peak hours', () => {
  const hours = "peakHours: { days: [mon..fri], from: '08:00', to: '20:00', timeZone: Europe/Berlin";
  const load = "load: { provider: prometheus, query: 'sum(rate(x[1m]))', above: 50 }";

  it('are read with their load', () => {
    const [environment] = configurationOf(environmentWith(`${hours}, ${load} }`)).services[0]?.environments ?? [];
    expect(environment?.peakHours).toEqual({
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      from: '08:00',
      to: '20:00',
      timeZone: 'Europe/Berlin',
      load: { provider: 'prometheus', query: 'sum(rate(x[1m]))', above: 50 },
    });
  });

  it.each([
    [`${hours.replace('20:00', '25:00')} }`, "peakHours.to is not a time of day; write it in quotes, for example '20:00', at most '24:00'"],
    [`${hours.replace('20:00', '08:00')} }`, 'peakHours.to is the same time as from'],
    [
      `${hours}, ${load.replace('prometheus', 'prometeus')} }`,
      'peakHours.load.provider is not a provider for this\n    did you mean prometheus?',
    ],
    [`${hours}, ${load.replace('above: 50', 'above: many')} }`, 'peakHours.load.above must be a number, not a text'],
  ])('that make no sense are refused: %s', (line, message) =>
    expect(problemsOf(environmentWith(line)).map(problemText).join('\n')).toContain(message),
  );
});
