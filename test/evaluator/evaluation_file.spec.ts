import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_DAY, NO_EVIDENCE } from '../../src/compliance/interval_columns.ts';
import { type Evaluation, emptyEvaluation } from '../../src/evaluator/evaluation.ts';
import { readEvaluation, writeEvaluation } from '../../src/evaluator/evaluation_file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-statuses-'));
  path = join(folder, 'statuses.bin');
});
afterEach(() => rmSync(folder, { recursive: true }));

function anEvaluation(persons: number): Evaluation {
  const evaluation = emptyEvaluation();
  for (let i = 0; i < persons; i++) {
    const person = evaluation.persons.numberOf(`P-${i}`);
    const pair = evaluation.pairs.numberOf('agency-a\nsafety');
    const row = { person, pair, group: evaluation.groups.numberOf('[]'), status: 2, from: i, to: i + 9 };
    const rest = { day: NO_DAY, reason: evaluation.reasons.numberOf('{}'), evidence: NO_EVIDENCE };
    evaluation.columns.replace(person, 5 + i, [{ ...row, ...rest }], () => true);
  }
  return evaluation;
}

/** Everything of the rows. */
function rowsOf({ columns }: Evaluation) {
  return columns.blocks.flatMap(({ columns: { person, from, to, knownFrom, knownTo, evidence }, length }) =>
    Array.from({ length }, (_, i) => [person, from, to, knownFrom, knownTo, evidence].map((column) => column[i])),
  );
}

describe('what is worked out', () => {
  it('is kept in a file, and goes on from there', () => {
    const evaluation = anEvaluation(3000);
    evaluation.gaps.push({ from: 1, to: 4 });
    evaluation.columns.rewrite(7, { from: 1, to: 9 }, [{ row: evaluation.columns.knownAt(7, 20)[0]!, from: 3, to: 5 }]);
    writeEvaluation(path, { evaluation, revision: 4000 });
    const kept = readEvaluation(path)!;
    expect({ revision: kept.revision, gaps: kept.evaluation.gaps }).toEqual({
      revision: 4000,
      gaps: [{ from: 1, to: 4 }],
    });
    expect(kept.evaluation.columns.blocks.map(({ isPast }) => isPast)).toEqual([false, false, false, true]);
    expect(kept.evaluation.persons.texts).toEqual(evaluation.persons.texts);
    expect(rowsOf(kept.evaluation)).toEqual(rowsOf(evaluation));
    for (const one of [evaluation, kept.evaluation]) one.columns.replace(7, 5000, [], () => true);
    expect(rowsOf(kept.evaluation)).toEqual(rowsOf(evaluation));
    expect(rowsOf(kept.evaluation)[7]?.[4]).toBe(5000);
  });

  it('is worked out anew where the file is cut off, is another, or of another release', () => {
    const write = () => writeEvaluation(path, { evaluation: anEvaluation(100), revision: 9 });
    const spoil = [
      () => truncateSync(path, readFileSync(path).length - 1),
      () => truncateSync(path, 3),
      () => writeFileSync(path, 'something else'),
      () => writeFileSync(path, readFileSync(path, 'latin1').replace('"release":"', '"release":"9'), 'latin1'),
    ];
    for (const spoilIt of spoil) {
      write();
      expect(readEvaluation(path)).toBeDefined();
      spoilIt();
      expect(readEvaluation(path)).toBeUndefined();
    }
    expect(readEvaluation(path)).toBeUndefined();
  });
});
