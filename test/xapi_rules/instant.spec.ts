import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMicros, isTimestamp, microsOf, toUtc } from '../../src/xapi/instant.ts';
import { refusalOf } from './refusal.ts';

describe('timestamps (Data 4.5)', () => {
  it.each([
    ['2015-11-18T12:17:00Z', '2015-11-18T12:17:00Z'],
    ['2015-11-18T12:17:00+00:00', '2015-11-18T12:17:00Z'],
    ['2015-11-18T12:17:00.1230+02:00', '2015-11-18T10:17:00.1230Z'],
    ['2015-11-18T23:30:00,5-0130', '2015-11-19T01:00:00.5Z'],
    ['2015-11-18T12:17:00+05', '2015-11-18T07:17:00Z'],
    ['2015-11-18T12:17', '2015-11-18T12:17:00Z'],
    ['20151118T121700.25Z', '2015-11-18T12:17:00.25Z'],
    ['2024-02-29T00:00:00+14:00', '2024-02-28T10:00:00Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00Z'],
    ['0099-03-01T00:00:00Z', '0099-03-01T00:00:00Z'],
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['2017-01-01T00:59:60.5+01:00', '2017-01-01T00:00:00.5Z'],
  ])('%s is %s', (text, utc) => {
    expect(isTimestamp(text)).toBe(true);
    expect(toUtc(text)).toBe(utc);
  });

  it.each([
    '',
    'should fail',
    '01/011/2015',
    '2015-11-18',
    '2015-11-18 12:17:00Z',
    '2015-11-18t12:17:00z',
    '2015-11-18T12Z',
    '2015-11-18T12:17:00.Z',
    '2015-1-18T12:17:00Z',
    '20151118T12:17:00Z',
    '2015-13-01T00:00:00Z',
    '2015-00-01T00:00:00Z',
    '2015-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2015-04-31T00:00:00Z',
    '2015-11-18T24:00:00Z',
    '2015-11-18T12:60:00Z',
    '2015-11-18T12:17:60Z',
    '2015-11-18T12:17:61Z',
    '2008-09-15T15:53:00.601-00:00',
    '2008-09-15T15:53:00.601-0000',
    '2008-09-15T15:53:00.601-00',
    '2015-11-18T12:17:00+24:00',
    '2015-11-18T12:17:00+01:60',
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '12015-11-18T12:17:00Z',
    '2015-11-18T12:17:00Z\n',
  ])('%j is none', (text) => {
    expect(isTimestamp(text)).toBe(false);
    expect(refusalOf(() => toUtc(text)).code).toBe('invalid_parameter');
    expect(refusalOf(() => microsOf(text)).code).toBe('invalid_parameter');
  });

  it('cuts off what is finer than a microsecond', () => {
    expect(microsOf('1970-01-01T00:00:01.2345678Z')).toBe(1_234_567n);
    expect(microsOf('1969-12-31T23:59:59.9999999Z')).toBe(-1n);
    expect(microsOf('0000-01-01T00:00:00Z')).toBe(-62_167_219_200_000_000n);
  });

  it('agrees with Date on every day and offset', () => {
    const date = fc.date({
      min: new Date('0000-01-02T00:00:00Z'),
      max: new Date('9999-12-30T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, fc.integer({ min: -1439, max: 1439 }), (instant, offset) => {
        const local = new Date(instant.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(offset);
        const zone = `${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
        const text = `${local}${offset < 0 ? '-' : '+'}${zone}`;
        expect(toUtc(text)).toBe(instant.toISOString());
        expect(microsOf(text)).toBe(BigInt(instant.getTime()) * 1000n);
      }),
    );
  });
});

describe('formatMicros', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
    [-1n, '1969-12-31T23:59:59.999999Z'],
    [-1_000_000n, '1969-12-31T23:59:59.000000Z'],
    [1_700_000_000_000_042, '2023-11-14T22:13:20.000042Z'],
    [253_402_300_799_999_999n, '9999-12-31T23:59:59.999999Z'],
    [-62_167_219_200_000_000n, '0000-01-01T00:00:00.000000Z'],
  ])('%s is %s', (micros, text) => {
    expect(formatMicros(micros)).toBe(text);
  });

  it('is undone by microsOf, in the order of time', () => {
    const micros = fc.bigInt({ min: -62_167_219_200_000_000n, max: 253_402_300_799_999_999n });
    fc.assert(
      fc.property(micros, micros, (a, b) => {
        expect(microsOf(formatMicros(a))).toBe(a);
        expect(formatMicros(a)).toHaveLength(27);
        expect(formatMicros(a) < formatMicros(b)).toBe(a < b);
      }),
    );
  });

  it('gives numbers and bigints the same text', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micros) => {
        expect(formatMicros(micros)).toBe(formatMicros(BigInt(micros)));
      }),
    );
  });
});
