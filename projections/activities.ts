import {
  type Activity,
  type ActivityDefinition,
  CONTEXT_ACTIVITY_KEYS,
  type Statement,
  type SubStatement,
} from '../src/xapi/statement.ts';

/** An activity's definitions in one statement: a print that tells whether they say anything new. */
export interface DefinitionPrint {
  readonly activity: string;
  readonly print: number;
}

/**
 * Every definition that a statement gives, in order of appearance: of its object, of its context activities, and of
 * those of a sub-statement (xAPI 1.0.3 Data 2.4.4.1).
 */
export function definitionsIn(statement: Statement | SubStatement): Map<string, ActivityDefinition[]> {
  const definitions = new Map<string, ActivityDefinition[]>();
  collect(statement, definitions);
  return definitions;
}

/** The prints of a statement's definitions, one for each activity that it defines. On the hot path. */
export function definitionPrints(statement: Statement): DefinitionPrint[] {
  const prints: DefinitionPrint[] = [];
  for (const [activity, definitions] of definitionsIn(statement)) {
    prints.push({ activity, print: printOf(JSON.stringify(definitions)) });
  }
  return prints;
}

function collect({ object, context }: Statement | SubStatement, definitions: Map<string, ActivityDefinition[]>): void {
  if (object.objectType === 'SubStatement') collect(object, definitions);
  else if ('id' in object && object.objectType !== 'StatementRef') add(object, definitions);
  const activities = context?.contextActivities;
  if (activities === undefined) return;
  for (const key of CONTEXT_ACTIVITY_KEYS) {
    const value = activities[key];
    if (Array.isArray(value)) for (const activity of value) add(activity, definitions);
    else if (value !== undefined) add(value as Activity, definitions);
  }
}

function add({ id, definition }: Activity, definitions: Map<string, ActivityDefinition[]>): void {
  if (definition === undefined) return;
  const known = definitions.get(id);
  if (known) known.push(definition);
  else definitions.set(id, [definition]);
}

/**
 * 53 bits over the text, two characters at a time: two runs of FNV-1a with different seeds. It tells repetitions apart
 * from news; it protects nothing.
 */
function printOf(text: string): number {
  let high = 0x811c9dc5;
  let low = 0xcbf29ce4;
  for (let i = 0; i < text.length; i += 2) {
    const codes = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
    // What a multiplication carries up is brought down again, or the second of the two would be in half of the bits.
    high = Math.imul(high ^ codes, 0x01000193);
    high ^= high >>> 15;
    low = Math.imul(low ^ codes, 0x01000197);
    low ^= low >>> 13;
  }
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
}
