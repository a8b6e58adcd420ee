import { allows, type Permission, type Scope } from './scopes.ts';

/** What a caller of `/api` may be: the closed set of roles, each with its meaning. */
export const ROLES = {
  administrator: 'do and read everything',
  auditor: 'read everything, and change nothing',
  platform: 'store statements',
  'agency-reader': "read the records of one agency's people",
  'agency-editor': "read and change the records of one agency's people",
  'policy-editor': 'decide on the catalogue, equivalence and requirements, for one agency or for all (*)',
  learner: 'read the own record, claim accounts and certificates for it, and put together learning paths',
} as const;

export type RoleName = keyof typeof ROLES;

/** How each role is written. */
export const ROLE_FORMS: Readonly<Record<RoleName, string>> = {
  administrator: 'administrator',
  auditor: 'auditor',
  platform: 'platform',
  'agency-reader': 'agency-reader:AGENCY',
  'agency-editor': 'agency-editor:AGENCY',
  'policy-editor': 'policy-editor:AGENCY or policy-editor:*',
  learner: 'learner:PERSON',
};

/** A role with whom it is about. The agency of a policy editor of all agencies is null. */
export type Grant =
  | { readonly role: 'administrator' }
  | { readonly role: 'auditor' }
  | { readonly role: 'platform' }
  | { readonly role: 'agency-reader'; readonly agency: string }
  | { readonly role: 'agency-editor'; readonly agency: string }
  | { readonly role: 'policy-editor'; readonly agency: string | null }
  | { readonly role: 'learner'; readonly person: string };

/** The ids of agencies and persons. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** The grant that a text like `agency-editor:unhq` writes; undefined when it is none. Case matters. */
export function parseGrant(text: string): Grant | undefined {
  const colon = text.indexOf(':');
  if (colon < 0)
    return text === 'administrator' || text === 'auditor' || text === 'platform' ? { role: text } : undefined;
  const role = text.slice(0, colon);
  const id = text.slice(colon + 1);
  if (role === 'policy-editor' && id === '*') return { role, agency: null };
  if (!ID.test(id)) return undefined;
  switch (role) {
    case 'agency-reader':
    case 'agency-editor':
    case 'policy-editor':
      return { role, agency: id };
    case 'learner':
      return { role, person: id };
    default:
      return undefined;
  }
}

/** The text that `parseGrant` reads as this grant. */
export function formatGrant(grant: Grant): string {
  switch (grant.role) {
    case 'agency-reader':
    case 'agency-editor':
      return `${grant.role}:${grant.agency}`;
    case 'policy-editor':
      return `${grant.role}:${grant.agency ?? '*'}`;
    case 'learner':
      return `${grant.role}:${grant.person}`;
    default:
      return grant.role;
  }
}

/**
 * Whether one of the grants is the one needed or implies it: an administrator is everything, an agency's editor its
 * reader too, and a policy editor of all agencies that of each.
 */
export function permits(granted: readonly Grant[], needed: Grant): boolean {
  const wanted = formatGrant(needed);
  return granted.some((grant) => {
    if (grant.role === 'administrator' || formatGrant(grant) === wanted) return true;
    if (grant.role === 'agency-editor') return needed.role === 'agency-reader' && needed.agency === grant.agency;
    return grant.role === 'policy-editor' && grant.agency === null && needed.role === 'policy-editor';
  });
}

/** Whether one of the grants has, or implies, one of the roles, whomever it is about. */
export function hasRole(granted: readonly Grant[], roles: readonly RoleName[]): boolean {
  return granted.some(
    ({ role }) =>
      role === 'administrator' || roles.includes(role) || (role === 'agency-editor' && roles.includes('agency-reader')),
  );
}

const SCOPED: readonly (readonly [Permission, Grant])[] = [
  ['all', { role: 'administrator' }],
  ['all/read', { role: 'auditor' }],
  ['statements/write', { role: 'platform' }],
];

/** The roles that a credential has by its xAPI scopes. */
export function grantsOfScopes(scopes: readonly Scope[]): Grant[] {
  return SCOPED.flatMap(([scope, grant]) => (allows(scopes, scope) ? [grant] : []));
}
