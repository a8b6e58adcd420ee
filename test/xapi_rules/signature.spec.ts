import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeStatement } from '../../src/xapi/completion.ts';
import {
  isSignature,
  refuseMisdeclaredSignature,
  refuseOtherAlgorithm,
  SIGNATURE_USAGE,
  signatureRefusal,
  signedPayloadMatches,
} from '../../src/xapi/signature.ts';
import type { Statement } from '../../src/xapi/statement.ts';
import { arbitraryStatement } from './arbitrary_statement.ts';
import { refusalOf } from './refusal.ts';

const SIGNATURE = {
  usageType: SIGNATURE_USAGE,
  display: { en: 'Signature' },
  contentType: 'application/octet-stream',
  length: 4235,
  sha2: '672fa5fa658017f1b72d65036f13379c6ab05d4ab3b6664908d8acf0b6a0c634',
};
const OTHER = { ...SIGNATURE, usageType: 'http://example.org/usage' };
const STATEMENT: Statement = {
  id: '33cff416-e331-4c9d-969e-5373a1756120',
  actor: { mbox: 'mailto:learner-1@example.org' },
  verb: { id: 'http://verbs.example.org/passed' },
  object: { id: 'http://activities.example.org/1' },
  timestamp: '2013-04-01T12:00:00Z',
};
const signed = (statement: Statement): Statement => ({
  ...statement,
  attachments: [...(statement.attachments ?? []), SIGNATURE],
});

describe('signatures (Data 2.6)', () => {
  it('are attachments with the signature usage', () => {
    expect(isSignature(SIGNATURE)).toBe(true);
    expect(isSignature(OTHER)).toBe(false);
  });

  it('are declared as octets that the request holds', () => {
    expect(refuseMisdeclaredSignature(SIGNATURE, '/attachments/0')).toBeUndefined();
    const text = { ...SIGNATURE, contentType: 'text/plain' };
    expect(refusalOf(() => refuseMisdeclaredSignature(text, '/attachments/0'))).toMatchObject({
      code: 'invalid_statement',
      property: '/attachments/0/contentType',
      spec: 'xAPI 1.0.3 Data 2.6',
    });
    const elsewhere = { ...SIGNATURE, fileUrl: 'http://files.example.org/1' };
    expect(refusalOf(() => refuseMisdeclaredSignature(elsewhere, '/2/attachments/1')).property).toBe(
      '/2/attachments/1/fileUrl',
    );
  });

  it.each(['RS256', 'RS384', 'RS512'])('may use %s', (algorithm) => {
    expect(refuseOtherAlgorithm(algorithm, '/attachments/0')).toBeUndefined();
  });

  it.each(['HS256', 'ES256', 'PS256', 'none', 'rs256', undefined, ['RS256']])('may not use %s', (algorithm) => {
    expect(refusalOf(() => refuseOtherAlgorithm(algorithm, '/attachments/0'))).toMatchObject({
      code: 'invalid_statement',
      property: '/attachments/0',
    });
  });

  it('are refused with the place and the rule', () => {
    const { code, details } = signatureRefusal('/attachments/0', 'must be a JWS');
    expect([code, details]).toEqual([
      'invalid_statement',
      { property: '/attachments/0', rule: 'must be a JWS', spec: 'xAPI 1.0.3 Data 2.6' },
    ]);
  });
});

describe('signedPayloadMatches', () => {
  it('is true of any statement and what it was before it was signed', () => {
    fc.assert(
      fc.property(arbitraryStatement, (statement) => {
        const payload = JSON.parse(JSON.stringify(statement));
        expect(signedPayloadMatches(signed(statement), payload, '1.0.3')).toBe(true);
      }),
    );
  });

  it('compares as statements are compared', () => {
    const statement = signed({ ...STATEMENT, result: { duration: 'PT0.1237S' } });
    const payload = { ...STATEMENT, version: '1.0.0', result: { duration: 'PT0.12S' } };
    expect(signedPayloadMatches(statement, payload, '2.0.0')).toBe(true);
    const authority = { openid: 'http://openid.example.org/1' };
    const kept = completeStatement(statement, { id: 'unused', authority, version: '1.0.3' });
    expect(signedPayloadMatches(kept, payload, '1.0.3')).toBe(true);
  });

  it.each<[string, unknown]>([
    ['another verb', { ...STATEMENT, verb: { id: 'http://verbs.example.org/failed' } }],
    ['another id', { ...STATEMENT, id: '43cff416-e331-4c9d-969e-5373a1756120' }],
    ['another attachment', { ...STATEMENT, attachments: [OTHER] }],
    ['no statement', { ...STATEMENT, actor: undefined }],
    ['an array', [STATEMENT]],
    ['a text', 'signed'],
    ['null', null],
  ])('is false of %s', (_, payload) => {
    expect(signedPayloadMatches(signed(STATEMENT), payload, '1.0.3')).toBe(false);
  });
});
