import { describe, expect, it } from 'vitest';
import type { Statement } from '../../src/xapi/statement.ts';
import { refuseRepeatedIds } from '../../src/xapi/validation.ts';
import { refusalOf } from './refusal.ts';

const UUID = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
const BASE = {
  actor: { mbox: 'mailto:learner-1@example.org' },
  verb: { id: 'http://verbs.example.org/answered' },
  object: { id: 'http://activities.example.org/1' },
};

describe('refuseRepeatedIds (Communication 2.1.2)', () => {
  const statement = (id?: string) => ({ ...BASE, ...(id && { id }) }) as Statement;

  it('accepts other ids and statements without one', () => {
    const other = '7690e6c9-3ef0-4ed3-8b37-7f3964730bee';
    expect(refuseRepeatedIds([statement(), statement(UUID), statement(), statement(other)])).toBeUndefined();
  });

  it('refuses one id twice, in any case', () => {
    const batch = [statement(UUID), statement(), statement(UUID.toUpperCase())];
    expect(refusalOf(() => refuseRepeatedIds(batch))).toMatchObject({ code: 'invalid_statement', property: '/2/id' });
  });

  it('names the first repetition, in however many', () => {
    const idOf = (i: number) => `6690e6c9-3ef0-4ed3-8b37-${i.toString(16).padStart(12, '0')}`;
    const batch = Array.from({ length: 100_000 }, (_, i) => statement(idOf(i)));
    expect(refuseRepeatedIds(batch)).toBeUndefined();
    const repeated = [...batch, statement(idOf(99_999)), statement(idOf(0))];
    expect(refusalOf(() => refuseRepeatedIds(repeated)).property).toBe('/100000/id');
  });
});
