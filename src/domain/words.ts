/** The glossary in types: the same words in Slack, code, tables and docs. */

/** A Slack user id (`U…` or `W…`). */
export type UserId = string;

/** Who did something: a person, or Warroom itself. */
// For the compiler both are text; for the reader they are not.
// oxlint-disable-next-line typescript/no-redundant-type-constituents
export type Actor = UserId | 'warroom';

export const severities = ['SEV1', 'SEV2', 'SEV3', 'SEV4'] as const;
export type Severity = (typeof severities)[number];

/** The statuses of an incident that is still going on, in their usual order; a person may move between them freely. */
export const openStatuses = ['investigating', 'identified', 'mitigating', 'monitoring'] as const;
export type OpenStatus = (typeof openStatuses)[number];
export type IncidentStatus = OpenStatus | 'resolved';

export const roles = ['ic', 'tl', 'cc'] as const;
export type Role = (typeof roles)[number];

export const roleNames: Record<Role, string> = {
  ic: 'Incident Commander',
  tl: 'Technical Lead',
  cc: 'Comms Coordinator',
};

export const audiences = ['internal', 'external', 'support'] as const;
export type Audience = (typeof audiences)[number];

/** What people type and read for an entity: `INC-12`, `RB-7`. */
export const incidentName = (number: number): string => `INC-${number}`;
export const rollbackName = (number: number): string => `RB-${number}`;
