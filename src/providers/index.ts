/** Every provider of the house, by the id that warroom.yml uses. */
import type { MetricSource, RollbackTarget, Webhook } from '../ports.ts';
import type { MetricProvider, RollbackProvider } from './define-provider.ts';
import { githubActions } from './github-actions/index.ts';
import { httpProbe } from './http-probe/index.ts';
import { http } from './http/index.ts';
import { postgres } from './postgres/index.ts';
import { prometheus } from './prometheus/index.ts';

export const rollbackProviders: ReadonlyMap<string, RollbackProvider> = new Map([
  [githubActions.id, githubActions],
  [http.id, http],
  [postgres.id, postgres],
]);

export const metricProviders: ReadonlyMap<string, MetricProvider> = new Map([
  [prometheus.id, prometheus],
  [httpProbe.id, httpProbe],
]);

/** The `providers` section of the configuration: settings by provider id. */
export type ProviderSettings = Readonly<Record<string, unknown>>;

/** A service-environment's `code` section: which provider, and what it needs to know about the target. */
export type TargetSettings = Readonly<{ provider: string; [field: string]: unknown }>;

/** Binds the provider that a target names. Costs no request; keep the result. @throws when it is unknown or not configured */
export function openTarget(settings: ProviderSettings, target: TargetSettings): RollbackTarget {
  return known(rollbackProviders, target.provider).open(configured(settings, target.provider), target);
}

/** Opens a metric system by its id. Costs no request; keep the result. @throws when it is unknown or not configured */
export function openMetricSource(settings: ProviderSettings, id: string): MetricSource {
  return known(metricProviders, id).open(configured(settings, id));
}

/** Every provider that may call us, by its id: those with a webhook and a secret for it. */
export function openWebhooks(settings: ProviderSettings): ReadonlyMap<string, Webhook> {
  const open = [...rollbackProviders].flatMap(([id, provider]) => {
    const webhook = Object.hasOwn(settings, id) ? provider.webhook(settings[id]) : undefined;
    return webhook ? [[id, webhook] as const] : [];
  });
  return new Map(open);
}

function known<Provider>(providers: ReadonlyMap<string, Provider>, id: string): Provider {
  const provider = providers.get(id);
  if (!provider) throw new Error(`There is no provider ${id} for this; known are ${[...providers.keys()].join(', ')}`);
  return provider;
}

function configured(settings: ProviderSettings, id: string): unknown {
  const section = Object.hasOwn(settings, id) ? settings[id] : undefined;
  if (section === undefined) throw new Error(`The provider ${id} is used but not configured: add providers.${id} to warroom.yml`);
  return section;
}
