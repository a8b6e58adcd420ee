import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOfCredential } from '../../src/identity/identity.ts';
import {
  formatGrant,
  type Grant,
  grantsOfScopes,
  hasRole,
  parseGrant,
  permits,
  ROLES,
  type RoleName,
} from '../../src/identity/roles.ts';
import { aCredential } from '../support/local_store.ts';

const NAMES = Object.keys(ROLES) as RoleName[];
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
const grant: fc.Arbitrary<Grant> = fc.oneof(
  fc.record({ role: fc.constantFrom('administrator', 'auditor', 'platform') }),
  fc.record({ role: fc.constantFrom('agency-reader', 'agency-editor'), agency: id }),
  fc.record({ role: fc.constant('policy-editor'), agency: fc.option(id) }),
  fc.record({ role: fc.constant('learner'), person: id }),
) as fc.Arbitrary<Grant>;

describe('the text of a grant', () => {
  it.each<[string, Grant]>([
    ['administrator', { role: 'administrator' }],
    ['auditor', { role: 'auditor' }],
    ['platform', { role: 'platform' }],
    ['agency-reader:unhq', { role: 'agency-reader', agency: 'unhq' }],
    ['agency-editor:unhq', { role: 'agency-editor', agency: 'unhq' }],
    ['policy-editor:unhq', { role: 'policy-editor', agency: 'unhq' }],
    ['policy-editor:*', { role: 'policy-editor', agency: null }],
    ['learner:p-1', { role: 'learner', person: 'p-1' }],
  ])('%s is read, and written again', (text, read) => {
    expect(parseGrant(text)).toEqual(read);
    expect(formatGrant(read)).toBe(text);
  });

  it.each([
    '',
    'Administrator',
    'administrator:',
    'administrator:unhq',
    'agency-reader',
    'agency-reader:',
    'agency-reader:*',
    'agency-editor: unhq',
    'agency-editor:unhq\n',
    'policy-editor',
    'policy-editor:**',
    'learner:*',
    'learner:a:b',
    'learner:a,b',
    `learner:${'p'.repeat(129)}`,
    'constructor',
    'owner:unhq',
  ])('%j is none', (text) => {
    expect(parseGrant(text)).toBeUndefined();
  });

  it('is read as what it was written from', () => {
    fc.assert(
      fc.property(grant, (one) => {
        expect(parseGrant(formatGrant(one))).toEqual(one);
      }),
    );
  });
});

describe('a grant permits', () => {
  it('what it is', () => {
    fc.assert(
      fc.property(grant, (one) => {
        expect(permits([one], one)).toBe(true);
      }),
    );
  });

  it('everything, where it is an administrator; nothing, where there is none', () => {
    fc.assert(
      fc.property(grant, (one) => {
        expect(permits([{ role: 'administrator' }], one)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(grant, (one) => {
        expect(permits([], one)).toBe(false);
      }),
    );
  });

  it.each([
    ['agency-editor:unhq', 'agency-reader:unhq', true],
    ['agency-editor:unhq', 'agency-reader:undp', false],
    ['agency-editor:unhq', 'agency-editor:undp', false],
    ['agency-reader:unhq', 'agency-editor:unhq', false],
    ['policy-editor:*', 'policy-editor:unhq', true],
    ['policy-editor:unhq', 'policy-editor:*', false],
    ['policy-editor:unhq', 'policy-editor:undp', false],
    ['policy-editor:*', 'agency-reader:unhq', false],
    ['auditor', 'administrator', false],
    ['learner:p-1', 'learner:p-2', false],
  ])('%s → %s: %s', (granted, needed, expected) => {
    expect(permits([parseGrant(granted)!], parseGrant(needed)!)).toBe(expected);
  });
});

describe('a role', () => {
  it('is had by its grant, by an administrator, and the reader by the editor; by no other', () => {
    fc.assert(
      fc.property(grant, fc.constantFrom(...NAMES), (one, role) => {
        const implied = one.role === 'agency-editor' && role === 'agency-reader';
        expect(hasRole([one], [role])).toBe(one.role === role || one.role === 'administrator' || implied);
      }),
    );
    expect(hasRole([], NAMES)).toBe(false);
    expect(hasRole([{ role: 'auditor' }], [])).toBe(false);
  });
});

describe('the roles of a credential', () => {
  it('come from its scopes', () => {
    const roles = (...scopes: Parameters<typeof grantsOfScopes>[0]) => grantsOfScopes(scopes).map(formatGrant);
    expect(roles('all')).toContain('administrator');
    expect(roles('all/read')).toEqual(['auditor']);
    expect(roles('statements/write')).toEqual(['platform']);
    expect(roles('statements/read', 'statements/read/mine', 'state', 'profile', 'define')).toEqual([]);
  });

  it('and are those that were given to it, of which one that is not known counts for nothing', () => {
    const credential = { ...aCredential('k', 'statements/write'), roles: ['learner:p-1', 'agency-reader:*', 'owner'] };
    expect(identityOfCredential(credential)).toEqual({
      key: 'k',
      scopes: ['statements/write'],
      grants: [{ role: 'platform' }, { role: 'learner', person: 'p-1' }],
    });
  });
});
