import type { FactValue } from '../events/learning_types.ts';
import { isDay } from './days.ts';

/** A value as it is recorded, or the rule that the text or the JSON value breaks. */
export type ReadValue = { readonly value: FactValue } | { readonly rule: string };

/** How a fact column is read: from the text of a CSV field (trimmed, not empty) and from a JSON value. */
export interface FactColumn {
  fromText(text: string): ReadValue;
  fromJson(value: unknown): ReadValue;
  /** Whether the value is the key, too: a person can have several of these at once. */
  readonly keyed?: true;
}

/** As long as the key of a fact can be. */
const LONGEST = 256;
const TEXT_RULE = `it is a text of 1 to ${LONGEST} characters`;

const YES_NO: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['true', true],
  ['no', false],
  ['false', false],
]);

const TEXT: FactColumn = { fromText: readText, fromJson: readText };

const DAY: FactColumn = {
  fromText: readDay,
  fromJson: (value) => (typeof value === 'string' ? readDay(value) : readDay('')),
};

const FLAG: FactColumn = {
  fromText(text) {
    const value = YES_NO.get(text.toLowerCase());
    return value === undefined ? { rule: 'it is yes, no, true or false' } : { value };
  },
  fromJson: (value) => (typeof value === 'boolean' ? { value } : { rule: 'it is true or false' }),
};

const SET: FactColumn = {
  fromText: (text) => readSet(text.split('|')),
  fromJson: (value) => (Array.isArray(value) ? readSet(value) : { rule: 'it is an array of texts' }),
};

/** The columns that give facts, by the name of the fact. */
export const FACT_COLUMNS: Readonly<Record<string, FactColumn>> = {
  assigned: FLAG,
  dutyStation: TEXT,
  category: TEXT,
  grade: TEXT,
  jobNetwork: TEXT,
  supervisor: FLAG,
  roles: SET,
  absence: TEXT,
  entryOnDuty: DAY,
  appointment: DAY,
  deployment: { ...TEXT, keyed: true },
};

/** The columns that say whose the facts are, and on which days they hold. */
export const SUBJECT_COLUMNS = ['person', 'agency', 'from', 'to'] as const;

/** All columns of a roster. */
export const COLUMNS: readonly string[] = [...SUBJECT_COLUMNS, ...Object.keys(FACT_COLUMNS)];

function readText(value: unknown): ReadValue {
  const text = typeof value === 'string' ? value.trim() : '';
  return text !== '' && text.length <= LONGEST ? { value: text } : { rule: TEXT_RULE };
}

function readDay(text: string): ReadValue {
  return isDay(text) ? { value: text } : { rule: 'it is a day, YYYY-MM-DD' };
}

/** A set's order says nothing: it is the same in every file. */
function readSet(values: readonly unknown[]): ReadValue {
  const texts = values.map((value) => (typeof value === 'string' ? value.trim() : ''));
  return texts.includes('') ? { rule: 'none of its texts is empty' } : { value: [...new Set(texts)].sort() };
}
