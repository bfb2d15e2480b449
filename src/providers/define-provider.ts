import type { z } from 'zod';
import type { MetricSource, RollbackTarget, Webhook } from '../ports.ts';

/** What a vendor's folder exports: its id, the settings it reads, and how it is bound to one target. */
export interface RollbackProvider {
  id: string;
  /** What may stand in its section of warroom.yml, and what in the `target` of a plan's step. */
  Settings: z.ZodType;
  Target: z.ZodType;
  /** Binds the provider's settings (address, token) to one service and environment. @throws when either is not what it needs */
  open: (settings: unknown, target: unknown) => RollbackTarget;
  /** How its calls to us are read; nothing when it makes none, or no secret is configured. */
  webhook: (settings: unknown) => Webhook | undefined;
}

export interface MetricProvider {
  id: string;
  /** What may stand in its section of warroom.yml. */
  Settings: z.ZodType;
  /** It can say what a query would have answered earlier. */
  looksBack: boolean;
  open: (settings: unknown) => MetricSource;
}

interface RollbackDefinition<Settings extends z.ZodType, Target extends z.ZodType> {
  id: string;
  Settings: Settings;
  Target: Target;
  create: (settings: z.output<Settings>, target: z.output<Target>) => RollbackTarget;
  webhook?: (settings: z.output<Settings>) => Webhook | undefined;
}

interface MetricDefinition<Settings extends z.ZodType> {
  id: string;
  Settings: Settings;
  looksBack: boolean;
  create: (settings: z.output<Settings>) => MetricSource;
}

/** Declares a provider that rolls something back. */
export function defineRollbackProvider<Settings extends z.ZodType, Target extends z.ZodType>({
  id,
  Settings,
  Target,
  create,
  webhook,
}: RollbackDefinition<Settings, Target>): RollbackProvider {
  return {
    id,
    Settings,
    Target,
    open: (settings, target) => create(Settings.parse(settings), Target.parse(target)),
    webhook: (settings) => webhook?.(Settings.parse(settings)),
  };
}

/** Declares a provider that answers metric queries. */
export function defineMetricProvider<Settings extends z.ZodType>({
  id,
  Settings,
  looksBack,
  create,
}: MetricDefinition<Settings>): MetricProvider {
  return { id, Settings, looksBack, open: (settings) => create(Settings.parse(settings)) };
}
