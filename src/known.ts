import type { Known } from './config/semantics.ts';
import { metricProviders, rollbackProviders } from './providers/index.ts';
import { auditTemplate } from './views/update-templates.ts';

/** What a configuration is checked against besides itself: the providers and the templates of this build. */
export const known: Known = { code: [...rollbackProviders.keys()], verify: [...metricProviders.keys()], auditTemplate };
