import { z } from 'zod';
import type { BlobStore } from '../blobs/blob_store.ts';
import type { CertificateEvidence, CertificateName, CertificateRecorded } from '../events/learning_types.ts';
import type { Identity } from '../identity/identity.ts';
import { type Grant, permits } from '../identity/roles.ts';
import type { Certificate } from '../learning/model.ts';
import type { Viewer } from '../queries/learner.ts';
import type { Store } from '../store.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import { editorOf, noSuch, READERS, record, recorded, requireVisible, timesOf, viewerOf } from './learning_exchange.ts';
import { day, IN_ORDER, id, inOrder, learnerName, revision, sha256, words } from './learning_parameters.ts';

const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*$/;
const document = z.strictObject({
  contentType: z.string().regex(MEDIA_TYPE, 'it is a media type: application/pdf'),
  base64: z.base64().min(4).meta({ description: 'The document itself, which the store keeps.' }),
});
const link = z.strictObject({ link: z.url({ protocol: /^https?$/ }), sha256 });

const submitted = z
  .strictObject({
    course: id,
    edition: words.optional(),
    version: words.optional(),
    issuer: words,
    number: words.optional(),
    completed: day,
    issued: day.optional(),
    expires: day.optional(),
    evidence: z.array(z.union([link, document])).max(20),
  })
  .refine(({ completed, issued }) => inOrder({ from: completed, to: issued }), {
    message: 'it is not issued before it is completed',
    path: ['issued'],
  })
  .refine(({ completed, expires }) => inOrder({ from: completed, to: expires }), {
    message: 'it does not expire before it is completed',
    path: ['expires'],
  })
  .refine(({ issued, expires }) => inOrder({ from: issued, to: expires }), {
    message: 'it does not expire before it is issued',
    path: ['expires'],
  });

const decided = z.strictObject({ recorded: revision });

/** Certificates from elsewhere, and what becomes of certificates. */
export function certificateRoutes(store: Store, blobs: BlobStore): ApiRoute[] {
  const requireEditorOfCertificate = async (identity: Identity, recorded: number) => {
    const found = await store.read({ kind: 'certificate', revision: recorded });
    if (found === undefined) throw noSuch('certificate');
    await requireVisible(store, [found.person], editorOf(identity), 'certificate');
  };
  return [
    apiRoute({
      method: 'post',
      path: '/learners/{learner}/certificates',
      summary: 'Submit a certificate from elsewhere',
      description:
        'It is pending, and counts for nothing, until it is verified. Evidence is a document, which the store keeps, or a link with the SHA-256 of what it showed. The revision is the number of the certificate.',
      roles: ['agency-editor', 'learner'],
      pathParameters: z.strictObject({ learner: learnerName }),
      query: z.strictObject({}),
      body: submitted,
      answer: recorded,
      refusals: [404, 409],
      example: {
        path: '/learners/P-1/certificates',
        body: {
          course: 'first-aid',
          issuer: 'Red Cross',
          number: '2023-117',
          completed: '2023-05-10',
          issued: '2023-05-12',
          evidence: [{ contentType: 'text/plain', base64: 'Rmlyc3QgYWlk' }],
        },
      },
      async handle({ learner, body }, exchange) {
        const { identity } = exchange;
        const own = identity.grants.flatMap((grant) => (grant.role === 'learner' ? grant.person : []));
        const editor = editorOf(identity);
        const viewer: Viewer = editor === 'everybody' ? editor : { agencies: editor.agencies, persons: own };
        const found = await store.read({
          kind: 'learner',
          learner: learner.name,
          viewer,
          ...(await timesOf(store, {})),
        });
        const person =
          found?.persons[0] ?? (viewer === 'everybody' && 'person' in learner.name ? learner.name.person : undefined);
        if (person === undefined) throw noSuch('learner');
        const evidence: CertificateEvidence[] = [];
        for (const given of body.evidence) evidence.push(await kept(blobs, given));
        const submittedBy = agencyOf(identity.grants);
        const data = { person, ...body, evidence, ...(submittedBy === undefined ? {} : { submittedBy }) };
        return record(store, exchange, { type: 'certificate-recorded', data: data as CertificateRecorded });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/certificates/{recorded}/evidence/{sha256}',
      summary: 'A document of a recorded certificate',
      description: 'The document that was submitted, in base64, checked by its hash.',
      roles: READERS,
      pathParameters: decided.extend({ sha256 }),
      query: z.strictObject({}),
      answer: z.object({ contentType: z.string(), base64: z.string() }),
      refusals: [404],
      example: {
        path: '/certificates/9/evidence/d4d7b17c5d9cd8f5fac4b9fc6ad928adc0a8d9726a375cab402593b110950e17',
      },
      async handle({ recorded, sha256 }, { identity }) {
        const found = await store.read({ kind: 'certificate', revision: recorded });
        if (found === undefined) throw noSuch('certificate');
        await requireVisible(store, [found.person], viewerOf(identity), 'certificate');
        const evidence = found.evidence.find((one) => 'length' in one && one.sha256 === sha256);
        if (evidence === undefined || !('length' in evidence)) throw noSuch('document');
        return { contentType: evidence.contentType, base64: (await blobs.content(sha256)).toString('base64') };
      },
    }),
    apiRoute({
      method: 'post',
      path: '/certificates/{recorded}/verify',
      summary: 'Verify a certificate',
      description: 'From this revision on it counts, from its completion day.',
      roles: ['agency-editor'],
      pathParameters: decided,
      query: z.strictObject({}),
      body: z.strictObject({ authority: words, note: words.optional() }),
      answer: recorded,
      refusals: [404, 409],
      example: { path: '/certificates/9/verify', body: { authority: 'Training unit' } },
      async handle({ recorded, body }, exchange) {
        await requireEditorOfCertificate(exchange.identity, recorded);
        const data = { recorded, ...body } as { recorded: number; authority: string };
        return record(store, exchange, { type: 'certificate-verified', data });
      },
    }),
    apiRoute({
      method: 'post',
      path: '/certificates/{recorded}/refuse',
      summary: 'Refuse a certificate',
      description: 'It stays in the record, refused, with the reason.',
      roles: ['agency-editor'],
      pathParameters: decided,
      query: z.strictObject({}),
      body: z.strictObject({ authority: words, reason: words }),
      answer: recorded,
      refusals: [404, 409],
      example: {
        path: '/certificates/10/refuse',
        body: { authority: 'Training unit', reason: 'The issuer does not know the number.' },
      },
      async handle({ recorded, body }, exchange) {
        await requireEditorOfCertificate(exchange.identity, recorded);
        return record(store, exchange, { type: 'certificate-refused', data: { recorded, ...body } });
      },
    }),
    apiRoute({
      method: 'post',
      path: '/learners/{learner}/certificates/withdraw',
      summary: 'Revoke or suspend a certificate',
      description:
        'From the day `from` on it does not count: for good, or to the day `to`. An answer names certificates: `recorded:NUMBER`, or `earned:COURSE:STATEMENT`.',
      roles: ['agency-editor'],
      pathParameters: z.strictObject({ learner: learnerName }),
      query: z.strictObject({}),
      body: z
        .strictObject({
          certificate: z.string().transform(certificateName),
          kind: z.enum(['revoked', 'suspended']),
          from: day,
          to: day.optional(),
          authority: words,
          reason: words,
        })
        .refine(inOrder, IN_ORDER)
        .refine(({ kind, to }) => kind === 'suspended' || to === undefined, {
          message: 'what is revoked is revoked for good',
          path: ['to'],
        }),
      answer: recorded,
      refusals: [404, 409],
      example: {
        path: '/learners/P-1/certificates/withdraw',
        body: {
          certificate: 'recorded:9',
          kind: 'suspended',
          from: '2024-03-01',
          to: '2024-03-31',
          authority: 'Training unit',
          reason: 'Under review.',
        },
      },
      async handle({ learner, body }, exchange) {
        const viewer = editorOf(exchange.identity);
        const times = await timesOf(store, {});
        const asked = { kind: 'recognition' as const, agency: null, learner: learner.name, viewer, ...times };
        const answer = await store.read(asked);
        const known = answer === undefined || answer === 'no such agency' ? [] : answer.certificates;
        const name = nameText(body.certificate);
        const named = known.find(({ certificate }) => namesOf(certificate).includes(name))?.certificate;
        if (named === undefined) throw noSuch('certificate');
        const [person] = answer === undefined || answer === 'no such agency' ? [] : answer.persons;
        const whose = person === undefined ? {} : { person, completed: named.completed };
        const certificate = 'recorded' in body.certificate ? body.certificate : { ...body.certificate, ...whose };
        return record(store, exchange, { type: 'certificate-withdrawn', data: { ...body, certificate } as never });
      },
    }),
  ];
}

/** Keeps a document durably, before the event that names it. */
async function kept(
  blobs: BlobStore,
  given: z.output<typeof document> | z.output<typeof link>,
): Promise<CertificateEvidence> {
  if ('link' in given) return given;
  const blob = await blobs.keep(Buffer.from(given.base64, 'base64'));
  return { ...blob, contentType: given.contentType };
}

/** In whose name an editor submits: their agency's; a learner submits in their own. */
function agencyOf(grants: readonly Grant[]): string | undefined {
  const [agency] = grants.flatMap((grant) => (grant.role === 'agency-editor' ? grant.agency : []));
  return permits(grants, { role: 'administrator' }) ? undefined : agency;
}

/** The certificate that a text as answers write it names. */
function certificateName(text: string, context: z.RefinementCtx): CertificateName {
  const recorded = /^recorded:(\d{1,15})$/.exec(text)?.[1];
  if (recorded !== undefined) return { recorded: Number(recorded) };
  const [, course, statement] = /^earned:([^:]+):([0-9a-f-]{36})$/i.exec(text) ?? [];
  if (course !== undefined && statement !== undefined) return { course, statement: statement.toLowerCase() };
  context.addIssue('it is recorded:NUMBER or earned:COURSE:STATEMENT, as an answer names it');
  return z.NEVER;
}

function nameText(name: CertificateName): string {
  return 'recorded' in name ? `recorded:${name.recorded}` : `earned:${name.course}:${name.statement}`;
}

/** All names of a certificate: by each recording, and by each statement that earned it. */
function namesOf({ course, evidence }: Certificate): string[] {
  return evidence.map((shown) =>
    shown.kind === 'recorded' ? `recorded:${shown.revision}` : `earned:${course}:${shown.statementId.toLowerCase()}`,
  );
}
