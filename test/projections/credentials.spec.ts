import { expect, it } from 'vitest';
import { projectCredentialIssued, projectCredentialRevoked } from '../../projections/credentials.ts';

const event = { recorded: 1, credential: 'operator' };
const authority = { objectType: 'Agent' as const, account: { homePage: 'http://example.org', name: 'k' } };
const data = { key: 'k', secretHash: 'scrypt$1', name: 'moodle', scopes: ['statements/write', 'state'], authority };

it('when a credential is issued, it stands there with all that requests are checked against', () => {
  expect(projectCredentialIssued({ ...event, revision: 3, data })).toEqual([
    {
      table: 'credentials',
      put: {
        key: 'k',
        secret_hash: 'scrypt$1',
        name: 'moodle',
        scopes: '["statements/write","state"]',
        roles: '[]',
        authority: '{"objectType":"Agent","account":{"homePage":"http://example.org","name":"k"}}',
        issued: 3,
        issued_at: 1,
        revoked: null,
        revoked_at: null,
      },
    },
  ]);
});

it('when it is issued with roles, they stand beside its scopes', () => {
  const withRoles = { ...data, scopes: [], roles: ['agency-editor:unhq'] };
  expect(projectCredentialIssued({ ...event, revision: 4, data: withRoles })).toMatchObject([
    { table: 'credentials', put: { scopes: '[]', roles: '["agency-editor:unhq"]' } },
  ]);
});

it('when it is revoked, it stays, and says since when', () => {
  expect(projectCredentialRevoked({ ...event, revision: 9, data: { key: 'k' } })).toEqual([
    { table: 'credentials', update: { revoked: 9, revoked_at: 1 }, where: { key: 'k' } },
  ]);
});
