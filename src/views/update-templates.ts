/** The first drafts of updates, one template per audience. They are Liquid; configuration may replace them. */
import { Liquid } from 'liquidjs';
import type { Audience } from '../domain/words.ts';
import { clip } from './text.ts';

/** What a template may say. Absent facts are `null`, so that a template can ask for them. */
export interface UpdateData {
  /** `INC-12` */
  incident: string;
  title: string;
  severity: string;
  /** `Mitigating` */
  status: string;
  /** `we are repairing or rolling back` */
  meaning: string;
  impact: string | null;
  /** `14:02 UTC` */
  since: string;
  services: string | null;
  /** What is being done, for the team: `RB-7 verifying`. */
  doing: string | null;
  /** The text of the last update for the same audience, in one line. */
  last: string | null;
  /** `Incident Commander` */
  owner: string;
  /** `14:35 UTC` */
  next_update: string | null;
  resolved: boolean;
}

export type Templates = Partial<Record<Audience, string | undefined>>;

const internal = `*Impact now:* {{ impact | default: "not said yet" }}
*Status:* {{ status }}, since {{ since }}
{% if last %}*Before:* {{ last }}
{% endif %}*Doing:* {{ doing | default: meaning }}
*Need:* nothing
*Owner:* {{ owner }}
*Next update:* {% if resolved %}none, it is over{% else %}{{ next_update | default: "when something changes" }}{% endif %}`;

const external = `{% if resolved %}The problem that began at {{ since }} is solved. Everything works as usual again.

We are sorry for the trouble.{% else %}Since {{ since }} some of our customers see a problem: {{ impact | default: "some things do not work as usual" }}

{% case status %}{% when "Monitoring" %}It looks good again, and we keep watching.{% when "Mitigating" %}We are putting it right now.{% else %}We are working on it.{% endcase %}

We write again {% if next_update %}at {{ next_update }}{% else %}as soon as there is news{% endif %}.{% endif %}`;

const support = `{% if resolved %}*It is over.* It began at {{ since }}.
*What customers saw:* {{ impact | default: title }}
*Say this:* It works again. We are sorry for the trouble.
*Do not say:* causes or names{% else %}*Who is hit:* some customers, since {{ since }}
*What they see:* {{ impact | default: title }}
*Say this:* {% if status == "Monitoring" %}It looks good again, and we keep watching. Whoever still sees it should write to us.{% else %}We know about it and are working on it.{% endif %}
*Do not say:* causes, names, or a time when it will be solved
*Workaround:* none known
*Escalate to:* the {{ owner }} of {{ incident }}
*Next update:* {{ next_update | default: "when something changes" }}{% endif %}`;

export const defaultTemplates: Readonly<Record<Audience, string>> = { internal, external, support };

const maxDraft = 3000;

/**
 * Templates come from a file: they see their data and nothing else, and cannot run for long. `templates: {}` stands for the file
 * system, so that nothing can be included from the disk.
 */
const engine = new Liquid({
  ownPropertyOnly: true,
  strictVariables: true,
  strictFilters: true,
  parseLimit: 10_000,
  renderLimit: 1_000,
  memoryLimit: 200_000,
  templates: {},
});

/** The draft of an update, as raw text: it is escaped when it is posted. */
export function renderUpdate(audience: Audience, data: UpdateData, overrides: Templates = {}): string {
  const text = render(overrides[audience] ?? defaultTemplates[audience], data);
  return withinDraft(text.trim());
}

/** An update's length is counted in UTF-16 units, where many signs count twice. */
const withinDraft = (text: string): string => clip(text, maxDraft - Math.max(0, text.length - Array.from(text).length));

const render = (template: string, data: UpdateData): string => String(engine.parseAndRenderSync(template, { ...data }));

const full: UpdateData = {
  incident: 'INC-12',
  title: 'checkout errors',
  severity: 'SEV1',
  status: 'Mitigating',
  meaning: 'we are repairing or rolling back',
  impact: 'a third of checkouts fail',
  since: '14:02 UTC',
  services: 'api, web',
  doing: 'RB-7 verifying',
  last: 'we look into it',
  owner: 'Incident Commander',
  next_update: '14:35 UTC',
  resolved: false,
};

const samples: readonly UpdateData[] = [
  full,
  { ...full, impact: null, services: null, doing: null, last: null, next_update: null },
  { ...full, resolved: true },
];

/** What is wrong with a template of the configuration, or nothing. Tried with much, with little and with nothing left to do. */
export function auditTemplate(template: string): string | undefined {
  try {
    const texts = samples.map((sample) => render(template, sample));
    if (texts.some((text) => text.trim() === '')) return 'gives an empty text when facts are missing';
    return undefined;
  } catch (error) {
    return error instanceof Error ? `is no valid template: ${error.message}` : 'is no valid template';
  }
}
