import { IntervalColumns } from '../compliance/interval_columns.ts';
import type { EndCause, Interval, Reason } from '../compliance/model.ts';
import type { FactValue } from '../events/learning_types.ts';
import { Names } from './names.ts';

/** The facts by which an agency's people are counted. */
export const GROUP_FACTS = ['dutyStation', 'category', 'grade'] as const;
export type GroupFact = (typeof GROUP_FACTS)[number];

/** The values of `GROUP_FACTS` on some days; null: nobody recorded it. */
export type Group = readonly (FactValue | null)[];

/** What a row's reason says, besides the evidence. */
export interface RowReason extends Omit<Reason, 'evidence'> {
  /** What ends it, where a last day is named. */
  readonly because: EndCause | undefined;
}

/** The requirement of the rows that say only that a person is in the agency. */
export const ASSIGNED = '';

/** Revisions of which only what is known at the last was worked out: from the first, to before the last. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** How everybody stands, over both times, and what the numbers in its columns mean. */
export interface Evaluation {
  readonly columns: IntervalColumns;
  /** The least of the ids of one person. */
  readonly persons: Names;
  /** Agency and requirement: `pairText`. */
  readonly pairs: Names;
  /** `Group`s as JSON. */
  readonly groups: Names;
  /** `RowReason`s as JSON. */
  readonly reasons: Names;
  /** In order of their revisions. */
  readonly gaps: Gap[];
}

export function emptyEvaluation(): Evaluation {
  return {
    columns: new IntervalColumns(),
    persons: new Names(),
    pairs: new Names(),
    groups: new Names(),
    reasons: new Names(),
    gaps: [],
  };
}

export function pairText(agency: string, requirement: string): string {
  return `${agency}\n${requirement}`;
}

export function pairOf(text: string): { readonly agency: string; readonly requirement: string } {
  const [agency, requirement] = text.split('\n') as [string, string];
  return { agency, requirement };
}

/** Whether a revision stands for some before it, of which it is not worked out which one it was. */
export function isVague({ gaps }: Evaluation, revision: number): boolean {
  return gaps.some(({ to }) => to === revision);
}

/** The reason of an interval as its row has it. */
export function rowReason({ until, reason: { terms, unknown, missing, waiver } }: Interval): RowReason {
  return { terms, unknown, missing, waiver, because: until?.because };
}

/** What is made of each name of a list, once: many rows have the same. */
export function ofEach<Value>(make: (text: string) => Value): (names: Names, number: number) => Value {
  const made = new WeakMap<Names, Value[]>();
  return (names, number) => {
    const known = made.get(names) ?? [];
    made.set(names, known);
    known[number] ??= make(names.texts[number]!);
    return known[number];
  };
}

/** The group that a number stands for. */
export const groupAt = ofEach((text): Group => JSON.parse(text));

/** The reason that a number stands for. */
export const reasonAt = ofEach((text): RowReason => JSON.parse(text));
