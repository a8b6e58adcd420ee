import type {
  CertificateRecorded,
  CertificateRefused,
  CertificateVerified,
  CertificateWithdrawn,
} from '../src/events/learning_types.ts';
import type { Change, ProjectedEvent } from './change.ts';

/** Certificates from elsewhere, named by the revision that recorded them. */
export function projectCertificateRecorded({ revision, data }: ProjectedEvent<CertificateRecorded>): Change[] {
  const { request: _, ...said } = data;
  return [{ table: 'certificates', put: { revision, person: data.person, data: JSON.stringify(said) } }];
}

export const projectCertificateVerified = (event: ProjectedEvent<CertificateVerified>) =>
  decided('verified', `${event.data.recorded}`, event);
export const projectCertificateRefused = (event: ProjectedEvent<CertificateRefused>) =>
  decided('refused', `${event.data.recorded}`, event);

/**
 * A withdrawal is found by what names the certificate: the revision that recorded it, or a statement that earned it and
 * the person who did.
 */
export function projectCertificateWithdrawn(event: ProjectedEvent<CertificateWithdrawn>): Change[] {
  const { certificate } = event.data;
  if ('recorded' in certificate) return decided('withdrawn', `${certificate.recorded}`, event);
  const ofPerson = certificate.person === undefined ? [] : decided('withdrawn', personName(certificate.person), event);
  return [...decided('withdrawn', certificate.statement, event), ...ofPerson];
}

/** How withdrawals of a person's earned certificates are named. */
export function personName(person: string): string {
  return `person ${person}`;
}

function decided(kind: string, certificate: string, { revision, data }: ProjectedEvent<object>): Change[] {
  const { request: _, ...said } = data as { request?: unknown };
  return [{ table: 'certificate_decisions', put: { certificate, revision, kind, data: JSON.stringify(said) } }];
}
