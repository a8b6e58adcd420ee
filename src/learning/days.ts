import type { Day, Period } from '../events/learning_types.ts';

/** Before every other day, and behind every other: the end of what has none. */
export const FIRST_DAY: Day = '0000-01-01';
export const LAST_DAY: Day = '9999-12-31';
const REMEMBERED = 20_000;
const MICROS_PER_DAY = 86_400_000_000n;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const PERIOD = /^P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?$/;

interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Whether a text is a day of the Gregorian calendar, years 0000 to 9999. Days compare as texts. */
export function isDay(text: string): boolean {
  const match = DAY.exec(text);
  if (match === null) return false;
  const { year, month, day } = civilDate(text);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** Whether a text is a period of years, months, weeks and days: `P3Y`, `P1Y6M`. */
export function isPeriod(text: string): boolean {
  return PERIOD.test(text);
}

/** Whether a text is the IANA name of a time zone that is known here; a bare offset is no name. */
export function isZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/**
 * The calendar day of an instant in a zone. Beyond the years 0000 to 9999 it is the first or the last of their days.
 * @param micros microseconds since 1970 UTC
 * @param zone a name for which `isZone` holds
 */
export function dayOf(micros: bigint, zone: string): Day {
  const local = zone === 'UTC' ? micros : micros + offsetMicros(micros, zone);
  const days = local / MICROS_PER_DAY;
  return dayOfNumber(Number(local < 0n && days * MICROS_PER_DAY !== local ? days - 1n : days));
}

/**
 * The last day of a span of the period from a day (both included): years and months first, clamped to the end of the
 * month, then weeks and days. No later than 9999-12-31.
 * @param day a text for which `isDay` holds
 * @param period a text for which `isPeriod` holds
 * @param times of the period, one after the other; the clamp comes once
 */
export function addPeriod(day: Day, period: Period, times = 1): Day {
  return times === 1 ? adding(period)(day) : added(day, period, times);
}

const addings = new Map<Period, (day: Day) => Day>();

function adding(period: Period): (day: Day) => Day {
  if (addings.size > 1000) addings.clear();
  return addings.getOrInsertComputed(period, () => remembering((day) => added(day, period, 1)));
}

function added(day: Day, period: Period, times: number): Day {
  const [years, months, weeks, days] = periodParts(period);
  const from = civilDate(day);
  const month = from.year * 12 + (from.month - 1) + (years * 12 + months) * times;
  const to = { year: Math.floor(month / 12), month: (month % 12) + 1 };
  const clamped = Math.min(from.day, daysInMonth(to.year, to.month));
  return dayOfNumber(dayNumber({ ...to, day: clamped }) + (weeks * 7 + days) * times);
}

/** The first day from which a span of the period reaches the day. */
export function reachingFrom(day: Day, period: Period): Day {
  const [years, months, weeks, days] = periodParts(period);
  let to = dayNumber(civilDate(day));
  let from = to - (years * 366 + months * 31 + weeks * 7 + days);
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (addPeriod(dayOfNumber(middle), period) >= day) to = middle;
    else from = middle + 1;
  }
  return dayOfNumber(from);
}

/** Days since 1970-01-01, and back; days beyond the years 0000 to 9999 become the first or the last of them. */
export const numberOfDay = remembering((day: Day): number => dayNumber(civilDate(day)));

/** The day before; the first of all days has none and stays. */
export const dayBefore = remembering((day: Day): Day => dayOfNumber(dayNumber(civilDate(day)) - 1));

/** The day after; 9999-12-31 has none and stays. */
export const dayAfter = remembering((day: Day): Day => dayOfNumber(dayNumber(civilDate(day)) + 1));

/**
 * Keeps what was found for days: people's facts and certificates are of a few thousand days, each asked for many
 * thousand times when everybody's statuses are worked out.
 */
function remembering<Found>(find: (day: Day) => Found): (day: Day) => Found {
  const found = new Map<Day, Found>();
  return (day) => {
    const known = found.get(day);
    if (known !== undefined) return known;
    if (found.size >= REMEMBERED) found.clear();
    const fresh = find(day);
    found.set(day, fresh);
    return fresh;
  };
}

function offsetMicros(micros: bigint, zone: string): bigint {
  return BigInt(new Temporal.ZonedDateTime(micros * 1000n, zone).offsetNanoseconds / 1000);
}

function periodParts(period: Period): [years: number, months: number, weeks: number, days: number] {
  const match = PERIOD.exec(period);
  const part = (group: number) => Number(match?.[group] ?? 0);
  return [part(1), part(2), part(3), part(4)];
}

function civilDate(day: Day): CivilDate {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), day: Number(day.slice(8, 10)) };
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01. The years are counted from March on, so that a leap day is a year's last. */
function dayNumber({ year, month, day }: CivilDate): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

const FIRST_NUMBER = dayNumber(civilDate(FIRST_DAY));
const LAST_NUMBER = dayNumber(civilDate(LAST_DAY));

export function dayOfNumber(number: number): Day {
  if (number <= FIRST_NUMBER) return FIRST_DAY;
  if (number >= LAST_NUMBER) return LAST_DAY;
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
