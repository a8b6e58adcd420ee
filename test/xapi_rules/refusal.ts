import { expect } from 'vitest';
import { type ErrorCode, type ErrorDetails, LedgerlineError } from '../../src/errors.ts';

/** What a call refuses with; fails the test when it throws nothing, or something that is no LedgerlineError. */
export function refusalOf(call: () => unknown): ErrorDetails & { readonly code: ErrorCode; readonly message: string } {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(LedgerlineError);
  const { code, message, details } = thrown as LedgerlineError;
  return { code, message, ...details };
}
