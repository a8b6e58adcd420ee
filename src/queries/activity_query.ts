import { definitionAfter, type KnownDefinition } from '../read_store/activity_definitions.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { parseJson } from '../xapi/parse_json.ts';
import type { ActivityDefinition } from '../xapi/statement.ts';
import { termNumber } from './statement_query.ts';

/** An activity's definition as all statements so far have made it; undefined when none has described it. */
export function definitionOf(snapshot: Snapshot, activity: string): ActivityDefinition | undefined {
  const number = termNumber(snapshot, activity);
  const row =
    number === undefined
      ? undefined
      : (snapshot.prepare('SELECT print, definition FROM activities WHERE activity = ?').get(number) as
          | { print: number; definition: string }
          | undefined);
  let known: KnownDefinition | undefined = row && {
    print: row.print,
    definition: parseJson(row.definition) as ActivityDefinition,
  };
  for (const segment of snapshot.segments) known = definitionAfter(known, activity, segment, snapshot.dataAt);
  return known?.definition;
}
