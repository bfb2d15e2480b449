import { describe, expect, it } from '@jest/globals';
import { leaks } from '../../../src/domain/update.ts';
import { audiences } from '../../../src/domain/words.ts';
import { updateData } from '../../../src/views/update-data.ts';
import { auditTemplate, defaultTemplates, renderUpdate } from '../../../src/views/update-templates.ts';
import { aRollback, anIncident, incidentStatuses, manners, noon } from './examples.ts';

const incident = anIncident().state;
const data = (change: Partial<Parameters<typeof updateData>[0]> = {}) =>
  updateData({ incident, rollbacks: [aRollback('verifying')], audience: 'internal', nextAt: noon + 35 * 60_000, ...change });

describe('the first draft of an update', () => {
  it('tells the team the impact, what is being done, who answers and when they hear more', () => {
    expect(renderUpdate('internal', data())).toBe(
      [
        '*Impact now:* a third of checkouts fail',
        '*Status:* Investigating, since 12:00 UTC',
        '*Before:* we look into it',
        '*Doing:* RB-7 verifying, api (production) v42 → v41',
        '*Need:* nothing',
        '*Owner:* Incident Commander',
        '*Next update:* 12:35 UTC',
      ].join('\n'),
    );
  });

  it('tells customers in plain words what they see and when they hear more', () => {
    const text = renderUpdate('external', data({ audience: 'external' }));

    expect(text).toContain('Since 12:00 UTC some of our customers see a problem: a third of checkouts fail');
    expect(text).toContain('We write again at 12:35 UTC.');
  });

  it.each(incidentStatuses)('holds nothing customers must not read when the incident is %s', (status) => {
    const { impact: _, ...silent } = incident;
    for (const state of [incident, silent]) {
      const text = renderUpdate('external', data({ incident: { ...state, status }, audience: 'external' }));
      expect(leaks(text, ['v42', 'v41', 'api', 'web', 'U1', 'shop.internal'])).toEqual([]);
    }
  });

  it('says when it is over, and promises no more updates', () => {
    const over = { incident: { ...incident, status: 'resolved' as const } };

    expect(renderUpdate('external', data({ ...over, audience: 'external' }))).toContain('is solved');
    expect(renderUpdate('internal', data(over))).toContain('*Next update:* none, it is over');
    expect(renderUpdate('support', data({ ...over, audience: 'support' }))).toContain('It works again.');
  });

  it('has words for everything nobody has said yet', () => {
    const { impact: _, ...rest } = incident;
    for (const audience of audiences) {
      const text = renderUpdate(audience, updateData({ incident: { ...rest, services: [], updates: {} }, rollbacks: [], audience }));
      expect(text).not.toMatch(/null|undefined|: *$/m);
    }
  });

  it('never grows beyond what an update may be', () => {
    const long = updateData({
      incident: anIncident(manners.longest).state,
      rollbacks: [aRollback('verifying', manners.longest)],
      audience: 'internal',
    });

    expect(renderUpdate('internal', long, { internal: '{{ title }}'.repeat(100) }).length).toBeLessThanOrEqual(3000);
  });

  it('follows the template of the configuration', () => {
    expect(renderUpdate('internal', data(), { internal: '{{ incident }} is {{ status | downcase }}' })).toBe('INC-12 is investigating');
  });

  it('shows what people wrote as they wrote it: a title is no template', () => {
    const title = '{{ services }} {% raw %}';

    expect(renderUpdate('internal', data({ incident: { ...incident, title } }), { internal: '{{ title }}' })).toBe(title);
  });
});

describe('a template of the configuration', () => {
  it.each(audiences)('may be the built-in one for %s', (audience) => {
    expect(auditTemplate(defaultTemplates[audience])).toBeUndefined();
  });

  it.each([
    ['{{ impct }}', /undefined variable: impct/],
    ['{% if impact %}never closed', /not closed/],
    ['{{ impact | shout }}', /undefined filter: shout/],
    ['{% include "/etc/passwd" %}', /is no valid template/],
    ['{{ impact.constructor.name }}', /undefined variable/],
    ['{% if impact %}{{ impact }}{% endif %}', /empty text/],
    ['{% for i in (1..100000000) %}x{% endfor %}', /limit/],
    ['x'.repeat(20_000), /limit/],
  ])('%.40j is refused with the reason', (template, reason) => {
    expect(auditTemplate(template)).toMatch(reason);
  });
});
