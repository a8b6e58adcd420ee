import { expect, it } from 'vitest';
import {
  projectAgencyDeclared,
  projectCourseDeclared,
  projectEquivalenceDecided,
  projectEquivalenceRevoked,
  projectLadderDeclared,
  projectPathDeclared,
  projectPlatformDeclared,
  projectProgrammeDeclared,
  projectRequirementDeclared,
  projectRequirementWithdrawn,
  projectSnapshotFrozen,
  projectWaiverGranted,
  projectWaiverWithdrawn,
} from '../../projections/policy.ts';

const event = { recorded: 1, credential: 'editor', revision: 5 };
const request = { key: 'k', digest: 'd' };

it('when something is declared, the version stands beside those before it, with all that was said', () => {
  const agency = { agency: 'agency-a', name: 'Agency A', zone: 'Europe/Vienna' };
  expect(projectAgencyDeclared({ ...event, data: agency })).toEqual([
    { table: 'policy', put: { kind: 'agency', id: 'agency-a', revision: 5, data: JSON.stringify(agency) } },
  ]);
  const platform = { platform: 'campus', name: 'Campus', authorities: ['mailto:campus@example.org'] };
  expect(projectPlatformDeclared({ ...event, data: platform })).toEqual([
    { table: 'policy', put: { kind: 'platform', id: 'campus', revision: 5, data: JSON.stringify(platform) } },
  ]);
  const course = { course: 'safety', title: 'Safety', editions: [], completion: [] };
  expect(projectCourseDeclared({ ...event, data: course })).toEqual([
    { table: 'policy', put: { kind: 'course', id: 'safety', revision: 5, data: JSON.stringify(course) } },
  ]);
});

it('when equivalence is decided and revoked, the revocation stands beside the decision', () => {
  const decision = {
    decision: 'D-1',
    effect: 'counts' as const,
    sources: [{ course: 'first-aid' }],
    target: 'safety',
    from: '2021-01-01',
    basis: { document: 'Memo' },
    decidedBy: 'Board',
  };
  expect(projectEquivalenceDecided({ ...event, data: decision })).toEqual([
    { table: 'policy', put: { kind: 'equivalence', id: 'D-1', revision: 5, data: JSON.stringify(decision) } },
  ]);
  const revoked = { decision: 'D-1', from: '2025-07-01', keep: true, reason: 'shorter' };
  expect(projectEquivalenceRevoked({ ...event, data: revoked })).toEqual([
    { table: 'policy', put: { kind: 'equivalence-revoked', id: 'D-1', revision: 5, data: JSON.stringify(revoked) } },
  ]);
});

it('the mark of the request is no part of what was said: the same content stays the same', () => {
  const agency = { agency: 'agency-a', name: 'Agency A' };
  expect(projectAgencyDeclared({ ...event, data: { ...agency, request } })).toEqual(
    projectAgencyDeclared({ ...event, data: agency }),
  );
});

it.each([
  ['ladder', projectLadderDeclared, { ladder: 'X', ranks: ['P1'] }],
  [
    'requirement',
    projectRequirementDeclared,
    { requirement: 'X', title: 'X', from: '2024-01-01', appliesTo: { all: [] }, satisfiedBy: { course: 'safety' } },
  ],
  ['requirement-withdrawn', projectRequirementWithdrawn, { requirement: 'X', from: '2024-01-01', reason: 'r' }],
  [
    'waiver',
    projectWaiverGranted,
    { waiver: 'X', requirements: ['R'], persons: ['P-1'], from: '2024-01-01', reason: 'r', grantedBy: 'g' },
  ],
  ['waiver-withdrawn', projectWaiverWithdrawn, { waiver: 'X', reason: 'r' }],
  ['path', projectPathDeclared, { path: 'X', title: 'X', steps: [] }],
  ['programme', projectProgrammeDeclared, { programme: 'X', title: 'X', parts: [], graduates: { part: 'P' } }],
  [
    'snapshot',
    projectSnapshotFrozen,
    { snapshot: 'X', asOf: '2024-01-01', knownAt: 4, form: 1, digest: 'a'.repeat(64), length: 2 },
  ],
] as const)('a %s stands under its id, with all that was said', (kind, project, data) => {
  const put = { kind, id: 'X', revision: 5, data: JSON.stringify(data) };
  expect(project({ ...event, data: { ...data, request } as never })).toEqual([{ table: 'policy', put }]);
});
