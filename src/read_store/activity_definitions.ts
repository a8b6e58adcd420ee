import { definitionsIn } from '../../projections/activities.ts';
import { decode } from '../events/codec.ts';
import { mergeDefinition } from '../xapi/activity_definition.ts';
import type { ActivityDefinition } from '../xapi/statement.ts';
import type { Segment } from './segment.ts';

/**
 * An activity's definition as all statements up to some revision have made it, and the print of the last that changed
 * it.
 */
export interface KnownDefinition {
  readonly print: number;
  readonly definition: ActivityDefinition;
}

/** The definition after the statements of a segment, in which what only repeats the last one is left out. */
export function definitionAfter(
  known: KnownDefinition | undefined,
  activity: string,
  segment: Segment,
  dataAt: (revision: number) => Uint8Array,
): KnownDefinition | undefined {
  let after = known;
  for (const { revision, print } of segment.definitionsOf(activity)) {
    if (after?.print === print) continue;
    const { statement } = decode('statement-stored', 1, dataAt(revision));
    const received = definitionsIn(statement).get(activity) ?? [];
    const definition = received.reduce<ActivityDefinition | undefined>(mergeDefinition, after?.definition);
    if (definition !== undefined) after = { print, definition };
  }
  return after;
}
