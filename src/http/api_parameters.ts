import { z } from 'zod';
import { isIri } from '../xapi/formats.ts';
import { formatMicros, isTimestamp, microsOf } from '../xapi/instant.ts';

/** The parameters that several `/api` endpoints share, with the words that the documentation shows. Days are UTC. */

const DAY_MICROS = 86_400_000_000n;
const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && isTimestamp(`${text}T00:00:00Z`);
const firstOf = (day: string) => microsOf(`${day}T00:00:00Z`);

/** A day, or an instant that is taken to its day. The value is the day as `YYYY-MM-DD`. */
export const asOf = z
  .string()
  .refine((text) => isDay(text) || isTimestamp(text), 'it is a day (2026-01-31) or an ISO 8601 timestamp')
  .transform((text) => (isDay(text) ? text : formatMicros(microsOf(text)).slice(0, 10)))
  .meta({
    description: 'The day that is asked about, by default today: nothing that happened later is taken into account.',
  });

/** A ledger revision, or the instant in microseconds whose last revision is meant. */
export const knownAt = z
  .string()
  .transform((text, context) => {
    if (/^\d{1,15}$/.test(text)) return { revision: Number(text) };
    if (isTimestamp(text)) return { recordedBy: Number(microsOf(text)) };
    context.addIssue('it is a ledger revision or an ISO 8601 timestamp');
    return z.NEVER;
  })
  .meta({ description: 'What the ledger held at this revision, or at this instant; by default all it holds now.' });

/** The first instant of a range in microseconds: a day's beginning, or the instant itself. */
export const from = z
  .string()
  .refine((text) => isDay(text) || isTimestamp(text), 'it is a day (2026-01-31) or an ISO 8601 timestamp')
  .transform((text) => (isDay(text) ? firstOf(text) : microsOf(text)))
  .meta({ description: 'The first day (or instant) of the range.' });

/** The last instant of a range in microseconds: a day's end, or the instant itself. */
export const to = z
  .string()
  .refine((text) => isDay(text) || isTimestamp(text), 'it is a day (2026-01-31) or an ISO 8601 timestamp')
  .transform((text) => (isDay(text) ? endOfDay(text) : microsOf(text)))
  .meta({ description: 'The last day (or instant) of the range; a day is included.' });

/** The last microsecond of a day. */
export function endOfDay(day: string): bigint {
  return firstOf(day) + DAY_MICROS - 1n;
}

export const iri = z.string().refine(isIri, 'it is an IRI');

export const limit = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, 'it is a whole number from 1 to 1000')
  .transform(Number)
  .refine((number) => number <= 1000, 'it is a whole number from 1 to 1000')
  .meta({ description: 'The most entries on one page, by default 100.' });

/** A parameter whose value is a place in a list, handed out by an answer. */
export const cursor = z.string().meta({ description: 'Where a page goes on: the `next` of the answer before.' });
