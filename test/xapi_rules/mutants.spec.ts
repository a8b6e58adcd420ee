import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeStatement } from '../../src/xapi/completion.ts';
import { sameStatement } from '../../src/xapi/equality.ts';
import { toCanonical, toIds } from '../../src/xapi/format.ts';
import { isStatement, validateStatement } from '../../src/xapi/validation.ts';
import { arbitraryStatement, leavesOf } from './arbitrary_statement.ts';
import { refusalOf } from './refusal.ts';

const GIVEN = { id: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee', authority: { mbox: 'mailto:key-1@example.org' } };

describe('a statement with any part replaced by anything', () => {
  /** A copy in which the object or array that holds a leaf, or the leaf, is replaced. */
  function replacedAt(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
    if (key === undefined) return by;
    const part = replacedAt((value as Record<string | number, unknown>)[key], rest, by);
    return Array.isArray(value) ? value.with(key as number, part) : { ...(value as object), [key]: part };
  }

  it('is refused with a place, a rule and a section, or can be kept and shown', () => {
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('Group', 'SubStatement', 'StatementRef', 'Activity'));
    fc.assert(
      fc.property(arbitraryStatement, fc.nat(), fc.nat(6), anything, (statement, pick, depth, part) => {
        const leaves = leavesOf(statement);
        const { path } = leaves[pick % leaves.length] as (typeof leaves)[number];
        const mutant = replacedAt(statement, path.slice(0, Math.max(1, path.length - depth)), part);
        if (isStatement(mutant, '2.0.0')) {
          const kept = completeStatement(mutant, { ...GIVEN, version: '2.0.0' });
          expect(isStatement(toIds(kept), '2.0.0') && isStatement(toCanonical(kept, 'en'), '2.0.0')).toBe(true);
          expect(sameStatement(mutant, kept)).toBe(true);
        } else {
          expect(refusalOf(() => validateStatement(mutant, '2.0.0', ''))).toMatchObject({
            code: 'invalid_statement',
            property: expect.stringMatching(/^\//),
            rule: expect.stringMatching(/^(must|is) /),
            spec: expect.stringMatching(/^xAPI 2\.0\.0 4\.2/),
          });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
