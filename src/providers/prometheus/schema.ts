// What we configure of Prometheus, and what we read of its answers.
import { z } from 'zod';

export const Settings = z.object({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().optional(),
  allowPrivate: z.boolean().default(false),
  timeouts: z.object({ connectMs: z.number().optional(), callMs: z.number().optional() }).optional(),
});

const Sample = z.tuple([z.number(), z.string()]);

/** An instant query's answer. The two kinds without a single number now are kept apart, to be named. */
export const Answer = z.object({
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('scalar'), result: Sample }),
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: Sample.optional() })) }),
    z.object({ resultType: z.literal('matrix'), result: z.unknown() }),
    z.object({ resultType: z.literal('string'), result: z.unknown() }),
  ]),
});
export type Answer = z.output<typeof Answer>;
