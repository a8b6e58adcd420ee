import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPeriod, dayAfter, dayBefore, dayOf, isDay, isPeriod, isZone } from '../../src/learning/days.ts';
import { microsOf } from '../../src/xapi/instant.ts';

const day = fc
  .integer({ min: -719_528, max: 2_932_896 })
  .map((number) => Temporal.PlainDate.from('1970-01-01').add({ days: number }).toString());
const micros = fc.bigInt({ min: microsOf('0001-01-01T00:00:00Z'), max: microsOf('9999-12-30T00:00:00Z') });

describe('isDay, isPeriod, isZone', () => {
  it.each(['2024-02-29', '0000-01-01', '9999-12-31'])('%s is a day', (text) => expect(isDay(text)).toBe(true));
  it.each(['2023-02-29', '2024-13-01', '2024-00-10', '2024-04-31', '2024-01-00', '2024-1-1', '12024-01-01', ''])(
    '%s is no day',
    (text) => expect(isDay(text)).toBe(false),
  );
  it.each(['P3Y', 'P6M', 'P1Y6M', 'P2W', 'P90D', 'P1Y2M3W4D'])('%s is a period', (text) =>
    expect(isPeriod(text)).toBe(true),
  );
  it.each(['P', 'PT1H', '3Y', 'P1D1Y', 'P-1Y', 'P1.5Y', 'P12345Y'])('%s is no period', (text) =>
    expect(isPeriod(text)).toBe(false),
  );
  it.each(['UTC', 'Africa/Nairobi', 'America/New_York'])('%s is a zone', (text) => expect(isZone(text)).toBe(true));
  it.each(['+02:00', 'Mars/Olympus', ''])('%s is no zone', (text) => expect(isZone(text)).toBe(false));
});

describe('dayOf', () => {
  it.each([
    ['2025-03-31T21:30:00Z', 'UTC', '2025-03-31'],
    ['2025-03-31T21:30:00Z', 'Africa/Nairobi', '2025-04-01'],
    ['2025-03-31T03:30:00Z', 'America/New_York', '2025-03-30'],
    ['2025-03-31T04:00:00Z', 'America/New_York', '2025-03-31'],
    ['1969-12-31T23:59:59.999999Z', 'UTC', '1969-12-31'],
    ['0000-01-01T00:00:00Z', 'America/New_York', '0000-01-01'],
    ['9999-12-31T23:00:00Z', 'Africa/Nairobi', '9999-12-31'],
  ])('%s in %s is of %s', (instant, zone, expected) => expect(dayOf(microsOf(instant), zone)).toBe(expected));

  it('is the day of the calendar in the zone', () => {
    const zone = fc.constantFrom('UTC', 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu', 'Europe/Dublin');
    fc.assert(
      fc.property(micros, zone, (at, name) => {
        const expected = new Temporal.ZonedDateTime(at * 1000n, name).toPlainDate().toString();
        expect(dayOf(at, name)).toBe(expected);
      }),
    );
  });
});

describe('addPeriod', () => {
  it.each([
    ['2023-08-31', 'P6M', '2024-02-29'],
    ['2022-08-31', 'P6M', '2023-02-28'],
    ['2024-02-29', 'P1Y', '2025-02-28'],
    ['2024-02-29', 'P3Y', '2027-02-28'],
    ['2024-02-29', 'P4Y', '2028-02-29'],
    ['2023-01-01', 'P6M', '2023-07-01'],
    ['2023-01-31', 'P1M1D', '2023-03-01'],
    ['2023-12-25', 'P2W', '2024-01-08'],
    ['9999-06-01', 'P1Y', '9999-12-31'],
    ['2024-01-01', 'P9999Y9999M', '9999-12-31'],
  ])('%s + %s is %s', (from, period, to) => expect(addPeriod(from, period)).toBe(to));

  it('is what the calendar says', () => {
    const parts = fc.record({
      years: fc.nat(200),
      months: fc.nat(50),
      weeks: fc.nat(60),
      days: fc.nat(500),
    });
    fc.assert(
      fc.property(day, parts, (from, { years, months, weeks, days }) => {
        const sum = Temporal.PlainDate.from(from).add({ years, months, weeks, days });
        const expected = sum.year > 9999 ? '9999-12-31' : sum.toString();
        expect(addPeriod(from, `P${years}Y${months}M${weeks}W${days}D`)).toBe(expected);
      }),
    );
  });
});

describe('dayBefore, dayAfter', () => {
  it('step by one day, and undo each other', () => {
    fc.assert(
      fc.property(day, (one) => {
        expect(isDay(one)).toBe(true);
        if (one !== '9999-12-31') {
          expect(dayAfter(one)).toBe(Temporal.PlainDate.from(one).add({ days: 1 }).toString());
          expect(dayBefore(dayAfter(one))).toBe(one);
        }
      }),
    );
  });

  it('stay within the calendar', () => {
    expect(dayBefore('0000-01-01')).toBe('0000-01-01');
    expect(dayAfter('9999-12-31')).toBe('9999-12-31');
  });
});
