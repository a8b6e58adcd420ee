import { LedgerlineError } from '../errors.ts';
import type { Knowledge } from './accepted.ts';
import type { LearningRules } from './decide_learning.ts';
import { needEdition } from './learning_courses.ts';
import type { KnownCertificate } from './learning_knowledge.ts';
import { need } from './learning_policy.ts';

type CertificateType =
  | 'certificate-recorded'
  | 'certificate-verified'
  | 'certificate-refused'
  | 'certificate-withdrawn'
  | 'request-answered';

/** A recorded certificate is decided once; it may be withdrawn later. */
export const CERTIFICATE_RULES: LearningRules<CertificateType, Knowledge> = {
  'certificate-recorded'(data, knowledge) {
    need(knowledge, 'course', data.course, '/course');
    const same = knowledge.learning.sameCertificate(data);
    if (same !== undefined) return { since: same };
    needEdition(knowledge.learning, data.course, data.edition, '/edition');
    return data;
  },
  'certificate-verified': (data, { learning }) =>
    isDecided(learning.certificate(data.recorded), 'verified') ? { since: undefined } : data,
  'certificate-refused': (data, { learning }) =>
    isDecided(learning.certificate(data.recorded), 'refused') ? { since: undefined } : data,
  'certificate-withdrawn'(data, { learning, statement }) {
    const { certificate } = data;
    const known =
      'recorded' in certificate ? learning.certificate(certificate.recorded) : statement(certificate.statement);
    if (known === undefined) throw new LedgerlineError('not_found', 'There is no such certificate.');
    return data;
  },
  // Not asked for by itself: it is what remains of a request that asked for nothing new.
  'request-answered': (data) => data,
};

/** @throws `not_found`, and `conflict` when it was decided the other way */
function isDecided(certificate: KnownCertificate | undefined, as: 'verified' | 'refused'): boolean {
  if (certificate === undefined) throw new LedgerlineError('not_found', 'There is no such certificate.');
  if (certificate.decided === undefined) return false;
  if (certificate.decided === as) return true;
  throw new LedgerlineError('conflict', `The certificate is ${certificate.decided} already.`, {
    rule: 'a certificate is verified or refused once; a verified one can be revoked',
  });
}
