// What Warroom does when warroom.yml says nothing, written in the file's own words so that documentation and file read alike.

export const severityIds = ['SEV1', 'SEV2', 'SEV3', 'SEV4'] as const;
export type SeverityId = (typeof severityIds)[number];

/** The roles that carry a decision; a scribe writes, and approves nothing. */
export const approverRoles = ['ic', 'tl', 'cc'] as const;

export const stepKinds = ['code', 'config', 'database', 'traffic', 'infrastructure'] as const;

/** How much a plan can hurt, by its riskiest step. */
export const riskClasses = ['low', 'normal', 'high'] as const;

export const environmentClasses = ['production', 'staging', 'development'] as const;
type EnvironmentClass = (typeof environmentClasses)[number];

type SeverityDefaults = {
  readonly impact: string;
  readonly emoji: string;
  readonly cadence: {
    readonly internal: string;
    readonly external: string;
    readonly support: string;
    readonly firstExternal: string;
    readonly roleReminders: { readonly after: string; readonly times: number };
  };
  readonly quietHours: boolean;
};

export const defaultSeverities: Record<SeverityId, SeverityDefaults> = {
  SEV1: {
    impact: 'Critical: most customers cannot do something essential, or data is at risk',
    emoji: '🔴',
    cadence: { internal: '15m', external: '30m', support: '15m', firstExternal: '15m', roleReminders: { after: '3m', times: 3 } },
    quietHours: false,
  },
  SEV2: {
    impact: 'Major: many customers are hindered, something essential is slow or flaky',
    emoji: '🟠',
    cadence: { internal: '30m', external: '60m', support: '30m', firstExternal: '30m', roleReminders: { after: '5m', times: 3 } },
    quietHours: false,
  },
  SEV3: {
    impact: 'Minor: few customers notice, and there is a way around it',
    emoji: '🟡',
    cadence: { internal: '2h', external: 'on change', support: '2h', firstExternal: 'none', roleReminders: { after: '15m', times: 1 } },
    quietHours: true,
  },
  SEV4: {
    impact: 'Unsure or low: no customer has noticed yet',
    emoji: '⚪',
    cadence: { internal: '1d', external: 'none', support: 'none', firstExternal: 'none', roleReminders: { after: '15m', times: 0 } },
    quietHours: true,
  },
};

type PolicyDefaults = {
  readonly match: { readonly environment: EnvironmentClass; readonly severity: readonly SeverityId[] };
  readonly approvals: number;
};

/** Used wherever no policy of the file matches; together they match everything, so no rollback is ever without a policy. */
export const defaultPolicies: readonly PolicyDefaults[] = [
  { match: { environment: 'production', severity: ['SEV1'] }, approvals: 1 },
  { match: { environment: 'production', severity: ['SEV2', 'SEV3', 'SEV4'] }, approvals: 2 },
  { match: { environment: 'staging', severity: severityIds }, approvals: 1 },
  { match: { environment: 'development', severity: severityIds }, approvals: 1 },
];
