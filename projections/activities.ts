import {
  type Activity,
  type ActivityDefinition,
  CONTEXT_ACTIVITY_KEYS,
  isActivity,
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
  return byActivity(definedIn(statement));
}

/**
 * The prints of a statement's definitions, one for each activity that it defines. On the hot path: most statements
 * define one.
 */
export function definitionPrints(statement: Statement): DefinitionPrint[] {
  const defined = definedIn(statement);
  if (defined.length < 2) return defined.map(({ id, definition }) => printOf(id, [definition]));
  return Array.from(byActivity(defined), ([activity, definitions]) => printOf(activity, definitions));
}

interface Defined {
  readonly id: string;
  readonly definition: ActivityDefinition;
}

function byActivity(defined: readonly Defined[]): Map<string, ActivityDefinition[]> {
  const definitions = new Map<string, ActivityDefinition[]>();
  for (const { id, definition } of defined) {
    const known = definitions.get(id);
    if (known) known.push(definition);
    else definitions.set(id, [definition]);
  }
  return definitions;
}

function definedIn({ object, context }: Statement | SubStatement): Defined[] {
  const defined = object.objectType === 'SubStatement' ? definedIn(object) : [];
  if (isActivity(object)) add(object, defined);
  const activities = context?.contextActivities;
  if (activities === undefined) return defined;
  for (const key of CONTEXT_ACTIVITY_KEYS) {
    const value = activities[key];
    if (Array.isArray(value)) for (const activity of value) add(activity, defined);
    else if (value !== undefined) add(value as Activity, defined);
  }
  return defined;
}

function add({ id, definition }: Activity, defined: Defined[]): void {
  if (definition !== undefined) defined.push({ id, definition });
}

function printOf(activity: string, definitions: readonly ActivityDefinition[]): DefinitionPrint {
  return { activity, print: hashOf(JSON.stringify(definitions)) };
}

/**
 * 53 bits over the text, two characters at a time: two runs of FNV-1a with different seeds. It tells repetitions apart
 * from news; it protects nothing.
 */
function hashOf(text: string): number {
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
