import { describe, expect, it } from 'vitest';
import { allows, isScope, type Permission, SCOPES, type Scope, scopesFor } from '../../src/identity/scopes.ts';

const scopes = Object.keys(SCOPES) as Scope[];
const permissions: Permission[] = [...scopes, 'state/read', 'profile/read'];

/** The whole table of xAPI 1.0.3 Communication 4.2, written out. */
const TABLE: Record<Scope, Permission[]> = {
  'statements/write': ['statements/write'],
  'statements/read': ['statements/read', 'statements/read/mine'],
  'statements/read/mine': ['statements/read/mine'],
  state: ['state', 'state/read'],
  profile: ['profile', 'profile/read'],
  define: ['define'],
  'all/read': ['statements/read', 'statements/read/mine', 'state/read', 'profile/read', 'all/read'],
  all: permissions,
};

describe('a scope', () => {
  it.each(scopes)('%s allows what the table says and nothing else', (scope) => {
    expect(permissions.filter((needed) => allows([scope], needed)).sort()).toEqual([...TABLE[scope]].sort());
  });

  it('adds to the others of its credential', () => {
    expect(allows(['statements/write', 'statements/read/mine'], 'statements/write')).toBe(true);
    expect(allows(['statements/write', 'statements/read/mine'], 'statements/read/mine')).toBe(true);
    expect(allows(['statements/write', 'statements/read/mine'], 'statements/read')).toBe(false);
  });

  it('is needed for everything', () => {
    for (const needed of permissions) expect(allows([], needed)).toBe(false);
  });

  it('is among those that a refusal names', () => {
    expect(scopesFor('state/read')).toEqual(['state', 'all/read', 'all']);
    for (const needed of permissions) {
      expect(scopesFor(needed)).toEqual(scopes.filter((scope) => TABLE[scope].includes(needed)));
    }
  });

  it('is one of eight', () => {
    expect(scopes).toHaveLength(8);
    expect(isScope('statements/read/mine')).toBe(true);
    for (const other of ['state/read', 'ALL', 'toString', '']) expect(isScope(other)).toBe(false);
  });
});
