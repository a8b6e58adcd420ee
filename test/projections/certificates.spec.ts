import { describe, expect, it } from 'vitest';
import {
  projectCertificateRecorded,
  projectCertificateRefused,
  projectCertificateVerified,
  projectCertificateWithdrawn,
} from '../../projections/certificates.ts';

const event = { recorded: 1, credential: 'editor', revision: 9 };
const request = { key: 'k', digest: 'd' };
const said = { person: 'P-1', course: 'safety', issuer: 'Institute', completed: '2024-01-31', evidence: [] };

it('when a certificate is recorded, it stands under its revision, without the mark of the request', () => {
  for (const data of [said, { ...said, request }]) {
    expect(projectCertificateRecorded({ ...event, data })).toEqual([
      { table: 'certificates', put: { revision: 9, person: 'P-1', data: JSON.stringify(said) } },
    ]);
  }
});

describe('what becomes of a certificate stands under the name of the certificate', () => {
  const row = (certificate: string, kind: string, data: object) => [
    {
      table: 'certificate_decisions',
      put: { certificate, revision: 9, kind, data: JSON.stringify(data) },
    },
  ];

  it('when it is verified', () => {
    const data = { recorded: 4, authority: 'Office' };
    expect(projectCertificateVerified({ ...event, data: { ...data, request } })).toEqual(row('4', 'verified', data));
  });

  it('when it is refused', () => {
    const data = { recorded: 4, authority: 'Office', reason: 'unknown' };
    expect(projectCertificateRefused({ ...event, data })).toEqual(row('4', 'refused', data));
  });

  it('when it is withdrawn: by its recording, or by a statement that earned it', () => {
    const why = { kind: 'revoked' as const, from: '2024-03-01', authority: 'Office', reason: 'fraud' };
    const recorded = { certificate: { recorded: 4 }, ...why };
    expect(projectCertificateWithdrawn({ ...event, data: recorded })).toEqual(row('4', 'withdrawn', recorded));
    const statement = '00000000-0000-4000-8000-000000000001';
    const earned = { certificate: { course: 'safety', statement }, ...why };
    expect(projectCertificateWithdrawn({ ...event, data: earned })).toEqual(row(statement, 'withdrawn', earned));
  });
});
