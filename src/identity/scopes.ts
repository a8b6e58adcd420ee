/**
 * What a credential may be allowed to do: the closed set of xAPI's scopes, each with its meaning here
 * (xAPI 1.0.3 Communication 4.2).
 */
export const SCOPES = {
  'statements/write': 'store any statement',
  'statements/read': 'read any statement',
  'statements/read/mine': 'read the statements that this credential has stored',
  state: 'read and write state documents',
  profile: 'read and write activity and agent profile documents',
  define:
    'let the statements that are stored change how activities and actors are described: their names and definitions',
  'all/read': 'read everything',
  all: 'read and write everything',
} as const;

export type Scope = keyof typeof SCOPES;

/**
 * What a request needs. Besides the scopes themselves it may be a document's reading alone, which `all/read` allows
 * as well and for which the specification has no scope.
 */
export type Permission = Scope | 'state/read' | 'profile/read';

const READS = ['statements/read', 'statements/read/mine', 'state/read', 'profile/read', 'all/read'] as const;

const IMPLIED: Readonly<Record<Scope, readonly Permission[]>> = {
  'statements/write': [],
  'statements/read': ['statements/read/mine'],
  'statements/read/mine': [],
  state: ['state/read'],
  profile: ['profile/read'],
  define: [],
  'all/read': READS,
  all: ['statements/write', 'state', 'profile', 'define', ...READS],
};

/** Whether a text is the name of a scope; names are compared exactly. */
export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

/** The scopes of which each allows what is needed. */
export function scopesFor(needed: Permission): Scope[] {
  return (Object.keys(SCOPES) as Scope[]).filter((scope) => allows([scope], needed));
}

/**
 * Whether a credential with these scopes may do what is needed: one of them is it or implies it
 * (xAPI 1.0.3 Communication 4.2).
 */
export function allows(granted: readonly Scope[], needed: Permission): boolean {
  return granted.some((scope) => scope === needed || IMPLIED[scope].includes(needed));
}
