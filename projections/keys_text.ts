import type { StatementKeys } from './statement_keys.ts';

/** The keys of a statement without the names of their members: in the tail those would be a third of the text. */
type Row = readonly [
  id: string,
  at: string | null,
  agents: readonly string[],
  learners: readonly string[] | null,
  verb: string,
  activity: string | null,
  registration: string | null,
  relatedAgents: readonly string[],
  relatedActivities: readonly string[],
  authorities: readonly string[] | null,
  blobs: readonly string[],
  target: string | null,
  voids: StatementKeys['voids'],
  /** Null: the activity that is the object. */
  definitions: readonly (readonly [activity: string | null, print: number])[],
];

/** The keys of some statements as one JSON text. */
export function keysText(keys: readonly StatementKeys[]): string {
  return JSON.stringify(keys.map(rowOf));
}

/** The text of the keys of all of them, of texts that `keysText` gave for some statements each. */
export function joinedKeys(texts: readonly string[]): string {
  return texts.length === 1 ? texts[0]! : `[${texts.map((text) => text.slice(1, -1)).join(',')}]`;
}

/** What `keysText` made a text of. */
export function keysIn(text: string): StatementKeys[] {
  return (JSON.parse(text) as Row[]).map(keysOfRow);
}

function rowOf(keys: StatementKeys): Row {
  return [
    keys.id,
    keys.at,
    keys.agents,
    keys.learners,
    keys.verb,
    keys.activity,
    keys.registration,
    keys.relatedAgents,
    keys.relatedActivities,
    keys.authorities,
    keys.blobs,
    keys.target,
    keys.voids,
    keys.definitions.map(({ activity, print }) => [activity === keys.activity ? null : activity, print]),
  ];
}

function keysOfRow(row: Row): StatementKeys {
  return {
    id: row[0],
    at: row[1],
    agents: row[2],
    learners: row[3],
    verb: row[4],
    activity: row[5],
    registration: row[6],
    relatedAgents: row[7],
    relatedActivities: row[8],
    authorities: row[9],
    blobs: row[10],
    target: row[11],
    voids: row[12],
    definitions: row[13].map(([activity, print]) => ({ activity: activity ?? row[5]!, print })),
  };
}
