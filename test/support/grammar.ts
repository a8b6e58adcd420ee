import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withHeaders } from './client.ts';
import { aStatement, aStatementAbout, type Posted, STATEMENTS } from './statements.ts';
import { startTestStore, type TestStore } from './store.ts';

export interface Grammar {
  /** What is refused: the requirement, what is laid over a statement, and a pointer to what is wrong. */
  readonly refused: readonly (readonly [string, Posted, string])[];
  /** What is accepted and comes back: the requirement, and what is laid over a statement. */
  readonly accepted: readonly (readonly [string, Posted])[];
  /** Whether a SubStatement has the same grammar; it has, unless this is false. */
  readonly inSubStatements?: boolean;
  readonly versions?: readonly string[];
}

/**
 * The tests of grammars over HTTP, by their titles, on one store, under each version: each case by itself under 1.0.3,
 * and in a batch within a SubStatement under 2.0.0.
 */
export function describeGrammars(grammars: Readonly<Record<string, Grammar>>): void {
  let store: TestStore;
  beforeAll(async () => {
    store = await startTestStore();
  });
  afterAll(() => store.close());

  for (const [section, grammar] of Object.entries(grammars)) {
    const { refused, accepted, inSubStatements = true, versions = ['1.0.3', '2.0.0'] } = grammar;
    describe.each(versions)(`${section} under %s`, (version) => {
      const asking = () => withHeaders(store, { 'x-experience-api-version': version });

      it.each(refused)('refuses %s', async (_, changes, pointer) => {
        const [body, property] =
          version === '1.0.3' ? [aStatement(changes), pointer] : inBatch(changes, inSubStatements, pointer);
        const { status, json } = await asking().ask(STATEMENTS, { body });
        expect(status).toBe(400);
        expect(json.error).toMatchObject({ code: 'invalid_statement', property });
        expect(json.error.rule).toBeTruthy();
        expect(json.error.spec).toMatch(version === '2.0.0' ? /^xAPI 2\.0/ : /^xAPI 1\.0\.3/);
      });

      it.each(accepted)('accepts %s', async (_, changes) => {
        const body = inSubStatements ? [aStatement(changes), aStatementAbout(changes)] : [aStatement(changes)];
        const posted = await asking().ask(STATEMENTS, { body });
        expect(posted.text).not.toContain('error');
        for (const [index, id] of posted.json.entries()) {
          const got = await asking().ask(`${STATEMENTS}?statementId=${id}`);
          expect(got.json).toMatchObject(JSON.parse(JSON.stringify(body[index])));
        }
      });
    });
  }
}

function inBatch(changes: Posted, inSubStatements: boolean, pointer: string): [Posted[], string] {
  if (inSubStatements) return [[aStatement(), aStatementAbout(changes)], `/1/object${pointer}`];
  return [[aStatement(), aStatement(changes)], `/1${pointer}`];
}
