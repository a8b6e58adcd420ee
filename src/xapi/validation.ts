import { LedgerlineError } from '../errors.ts';
import { GRAMMARS, type Sections, type Violation } from './grammar.ts';
import { agentKey } from './identifiers.ts';
import { brokenRule } from './rules.ts';
import type { Actor, Statement } from './statement.ts';
import type { XapiVersion } from './version.ts';

/**
 * Checks a statement against the grammar and the rules of a version.
 * @param at the JSON pointer of the statement in the request: `''`, or `/3` in a batch
 * @throws LedgerlineError `invalid_statement`: the offending property, the rule and the section of the specification
 */
export function validateStatement(value: unknown, version: XapiVersion, at: string): asserts value is Statement {
  const violation = violationOf(value, version);
  if (violation === undefined) return;
  const property = at + violation.pointer;
  throw new LedgerlineError('invalid_statement', `${property || 'The statement'} ${violation.rule}.`, {
    property,
    rule: violation.rule,
    spec: sectionOf(violation.sections, version),
  });
}

/** Whether a value is a statement by the grammar and the rules of a version. */
export function isStatement(value: unknown, version: XapiVersion): value is Statement {
  return violationOf(value, version) === undefined;
}

function violationOf(value: unknown, version: XapiVersion): Violation | undefined {
  return GRAMMARS[version].statement(value) ?? brokenRule(value as Statement);
}

/**
 * Checks the agent or identified group that a query parameter names.
 * @throws LedgerlineError `invalid_parameter`, with the parameter as its property
 */
export function validateAgent(value: unknown, version: XapiVersion, parameterName: string): asserts value is Actor {
  const violation = GRAMMARS[version].actor(value) ?? anonymity(value as Actor);
  if (violation === undefined) return;
  const place = `${parameterName}${violation.pointer}`;
  throw new LedgerlineError('invalid_parameter', `The parameter ${place} ${violation.rule}.`, {
    property: parameterName,
    rule: violation.rule,
    spec: sectionOf(violation.sections, version),
  });
}

/**
 * Refuses a batch that has an id twice; ids that differ only in case are the same id.
 * @throws LedgerlineError `invalid_statement` (400) in both versions (1.0.3 Communication 2.1.2)
 */
export function refuseRepeatedIds(statements: readonly Statement[]): void {
  if (statements.length < 2) return;
  const ids = statements.map(({ id }) => id?.toLowerCase());
  // Sorted, not in a set, which would look up of each text whether the process has the same one already.
  const sorted = ids.filter((id) => id !== undefined).sort();
  if (!sorted.some((id, i) => id === sorted[i + 1])) return;
  const earlier = new Set<string>();
  const index = ids.findIndex((id) => id !== undefined && earlier.size === earlier.add(id).size);
  throw new LedgerlineError('invalid_statement', `/${index}/id is the id of an earlier statement of the batch.`, {
    property: `/${index}/id`,
    rule: 'must be used once in a batch',
    spec: 'xAPI 1.0.3 Communication 2.1.2',
  });
}

/** An anonymous group is like no other, so that nothing can be found by it. */
function anonymity(actor: Actor): Violation | undefined {
  if (agentKey(actor) !== undefined) return undefined;
  return {
    pointer: '',
    rule: 'must be an Agent or an Identified Group',
    sections: ['Communication 2.1.3', '4.1.6.1'],
  };
}

function sectionOf([section103, section200]: Sections, version: XapiVersion): string {
  return version === '1.0.3' ? `xAPI 1.0.3 ${section103}` : `xAPI 2.0.0 ${section200}`;
}
