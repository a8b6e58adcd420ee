import { describe, expect, it } from 'vitest';
import { readVersionHeader } from '../../src/xapi/version.ts';
import { refusalOf } from './refusal.ts';

describe('X-Experience-API-Version (Communication 3.3)', () => {
  it.each([
    ['1.0', '1.0.3'],
    ['1.0.0', '1.0.3'],
    ['1.0.2', '1.0.3'],
    ['1.0.3', '1.0.3'],
    ['1.0.9', '1.0.3'],
    ['2.0', '2.0.0'],
    ['2.0.0', '2.0.0'],
    ['2.0.7', '2.0.0'],
  ] as const)('reads %s as %s', (header, version) => {
    expect(readVersionHeader(header, '1.0.3')).toBe(version);
  });

  it.each([undefined, '', '0.9', '0.95', '1', '1.0.', '1.1', '1.1.0', '1.00', '2', '2.1.0', '3.0.0', '1.0.3, 2.0.0'])(
    'refuses %s',
    (header) => {
      const refusal = refusalOf(() => readVersionHeader(header, '2.0.0'));
      expect(refusal).toMatchObject({ code: 'invalid_header', property: 'X-Experience-API-Version' });
      expect(refusal.message).toContain('2.0.0');
    },
  );
});
