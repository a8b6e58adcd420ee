import { describe, expect, it } from 'vitest';
import { checkPrecondition, type DocumentResource } from '../../src/xapi/preconditions.ts';
import type { XapiVersion } from '../../src/xapi/version.ts';
import { refusalOf } from './refusal.ts';

const ETAG = '1111111111111111111111111111111111111111';
const OTHER = '2222222222222222222222222222222222222222';
const CURRENT = { etag: ETAG };
type Method = 'PUT' | 'POST' | 'DELETE';
const METHODS: Method[] = ['PUT', 'POST', 'DELETE'];
const RESOURCES: DocumentResource[] = ['state', 'activity-profile', 'agent-profile'];
const VERSIONS: XapiVersion[] = ['1.0.3', '2.0.0'];
const ALL = METHODS.flatMap((method) =>
  RESOURCES.flatMap((resource) => VERSIONS.map((version) => [method, resource, version] as const)),
);

describe.each(ALL)('%s of %s in %s', (method, resource, version) => {
  const check = (headers: object, current?: { etag: string }) =>
    checkPrecondition(method, resource, version, headers, current);

  it.each([`"${ETAG}"`, ETAG, `W/"${ETAG}"`, `"${OTHER}", W/"${ETAG}"`, ` ${OTHER},${ETAG} `, '*'])(
    'is done when If-Match: %s holds',
    (tag) => {
      expect(check({ 'if-match': tag }, CURRENT)).toBeUndefined();
    },
  );

  it.each([`"${OTHER}"`, OTHER, '"1234"', '""', `"a, ${ETAG}"`])('fails when If-Match: %s does not hold', (tag) => {
    expect(refusalOf(() => check({ 'if-match': tag }, CURRENT))).toMatchObject({
      code: 'precondition_failed',
      property: 'If-Match',
    });
  });

  it.each([`"${ETAG}"`, '*'])('fails when If-Match: %s asks for a document that is not there', (tag) => {
    expect(refusalOf(() => check({ 'if-match': tag }))).toMatchObject({ code: 'precondition_failed' });
  });

  it('is done when If-None-Match holds', () => {
    expect(check({ 'if-none-match': '*' })).toBeUndefined();
    expect(check({ 'if-none-match': `"${ETAG}"` })).toBeUndefined();
    expect(check({ 'if-none-match': `"${OTHER}"` }, CURRENT)).toBeUndefined();
  });

  it.each(['*', `"${ETAG}"`, `W/"${ETAG}"`])('fails when If-None-Match: %s does not hold', (tag) => {
    expect(refusalOf(() => check({ 'if-none-match': tag }, CURRENT))).toMatchObject({
      code: 'precondition_failed',
      property: 'If-None-Match',
    });
  });

  it('needs both headers to hold', () => {
    const both = { 'if-match': `"${ETAG}"`, 'if-none-match': '*' };
    expect(refusalOf(() => check(both, CURRENT)).property).toBe('If-None-Match');
    expect(refusalOf(() => check(both)).property).toBe('If-Match');
  });

  it.each(['', ',', '"', `"${ETAG}`, `${ETAG} ${OTHER}`, `"${ETAG}",`, `"${ETAG}"x`, '*, "a"', 'w/"a"'])(
    'refuses If-Match: %j',
    (tag) => {
      expect(refusalOf(() => check({ 'if-match': tag }, CURRENT))).toMatchObject({
        code: 'invalid_header',
        property: 'If-Match',
      });
    },
  );
});

describe('without either header', () => {
  it.each(ALL.filter(([method]) => method !== 'PUT'))('%s of %s in %s is done', (method, resource, version) => {
    expect(checkPrecondition(method, resource, version, {}, CURRENT)).toBeUndefined();
    expect(checkPrecondition(method, resource, version, {}, undefined)).toBeUndefined();
  });

  it.each([
    ['state', '1.0.3', undefined, undefined],
    ['state', '2.0.0', 'conflict', undefined],
    ['activity-profile', '1.0.3', 'conflict', 'invalid_header'],
    ['activity-profile', '2.0.0', 'conflict', undefined],
    ['agent-profile', '1.0.3', 'conflict', 'invalid_header'],
    ['agent-profile', '2.0.0', 'conflict', undefined],
  ] as const)('a PUT of %s in %s: there is one: %s, there is none: %s', (resource, version, existing, missing) => {
    for (const [current, code] of [
      [CURRENT, existing],
      [undefined, missing],
    ] as const) {
      const put = () => checkPrecondition('PUT', resource, version, {}, current);
      if (code === undefined) expect(put()).toBeUndefined();
      else expect(refusalOf(put).code).toBe(code);
    }
  });

  it('the 409 says what to do', () => {
    const { message } = refusalOf(() => checkPrecondition('PUT', 'agent-profile', '1.0.3', {}, CURRENT));
    expect(message).toMatch(/present state.*If-Match/);
  });
});
