/** What a role may allow. A route asks for one of these, never for a role. */
export const permissions = [
  'manage-users',
  'manage-roles',
  'manage-settings',
  'manage-products',
  'read-audit',
  'run-reports',
] as const;

export type Permission = (typeof permissions)[number];
