import { describedProviders } from './config/schema.ts';
import type { Known } from './config/semantics.ts';
import { metricProviders, rollbackProviders } from './providers/index.ts';
import { auditTemplate } from './views/update-templates.ts';

const described = [...rollbackProviders, ...metricProviders].filter(([id]) => !describedProviders.includes(id));

/** What a configuration is checked against besides itself: the providers and the templates of this build. */
export const known: Known = {
  code: [...rollbackProviders.keys()],
  verify: [...metricProviders.keys()],
  looksBack: [...metricProviders].flatMap(([id, { looksBack }]) => (looksBack ? [id] : [])),
  targets: new Map([...rollbackProviders].map(([id, { Target }]) => [id, Target])),
  sections: new Map(described.map(([id, { Settings }]) => [id, Settings])),
  auditTemplate,
};
