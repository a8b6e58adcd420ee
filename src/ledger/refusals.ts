import { LedgerlineError } from '../errors.ts';

/** The refusal that every engine gives when the head is not the one that the writer expected. */
export function wrongExpectedRevision(expected: number, actual: number): LedgerlineError {
  return new LedgerlineError('wrong_expected_revision', `The head is revision ${actual}, not ${expected}.`);
}

/** The refusal of an append whose time is not later than that of the append before. */
export function recordedGoesBack(recorded: number): LedgerlineError {
  return new LedgerlineError('invalid_event', `The recorded time ${recorded} is not later than the last append's.`);
}
