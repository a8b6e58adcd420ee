import { describe, expect, it } from 'vitest';
import { FOLLOWED } from '../../projections/statement_index.ts';
import { given, type Told, termsOf } from './given.ts';

const TASK = ['a mailto:learner-1@example.org', 'o http://example.org/task', 'u account:http://example.org|one'];
/** What a statement about such a task hands on: its authority is a related agent of whoever refers to it. */
const HANDED_ON = ['A account:http://example.org|one', ...TASK.slice(0, 2)];

describe('given nothing', () => {
  it('when a statement comes, it is listed under its own terms', () => {
    const changes = given().when({ id: 'a' });
    expect(changes).toEqual({
      postings: [{ terms: ['v http://example.org/did', ...TASK], revision: 0 }],
      voidings: [],
    });
  });

  it('when a statement comes that refers to itself, it is listed once under its own terms', () => {
    const changes = given().when({ id: 'a', about: 'a' });
    expect(termsOf(changes, 0)).toEqual([TASK[0], TASK[2], 'v http://example.org/did']);
    expect(changes.postings).toHaveLength(1);
  });

  it('when a statement comes that voids itself, it does not', () => {
    expect(given().when({ id: 'a', voids: 'a', any: true }).voidings).toEqual([]);
  });
});

describe('given a statement', () => {
  const target: Told = { id: 'a', verb: 'tried', by: 'two' };

  it('when a statement comes that refers to it, that is listed under the terms of both', () => {
    const changes = given(target).when({ id: 'b', learner: 2, verb: 'praised', about: 'a' });
    expect(termsOf(changes, 1)).toEqual([
      'A account:http://example.org|two',
      'a mailto:learner-1@example.org',
      'a mailto:learner-2@example.org',
      'o http://example.org/task',
      'u account:http://example.org|one',
      'v http://example.org/praised',
      'v http://example.org/tried',
    ]);
    expect(termsOf(changes, 0)).toEqual([]);
  });

  it('when a statement of no relation comes, nothing changes for it', () => {
    expect(termsOf(given(target).when({ id: 'b' }), 0)).toEqual([]);
  });
});

describe('given a reference whose target is missing', () => {
  const waiting: Told = { id: 'b', learner: 2, verb: 'praised', about: 'a' };

  it('when the target comes, the reference is listed under the terms of the target too', () => {
    const changes = given(waiting).when({ id: 'a' });
    expect(termsOf(changes, 0)).toEqual([...HANDED_ON, 'v http://example.org/did']);
    expect(termsOf(changes, 1)).toEqual([...TASK, 'v http://example.org/did']);
  });

  it('when several wait, each is listed', () => {
    const changes = given(waiting, { ...waiting, id: 'c' }).when({ id: 'a' });
    expect(termsOf(changes, 0)).toEqual(termsOf(changes, 1));
    expect(termsOf(changes, 1)).toContain('o http://example.org/task');
  });
});

describe('given chains of references', () => {
  it('when the last target comes, all that refer to it through others are listed', () => {
    const changes = given({ id: 'c', about: 'b' }, { id: 'b', about: 'a' }).when({ id: 'a', verb: 'tried' });
    for (const revision of [0, 1]) {
      expect(termsOf(changes, revision)).toEqual([...HANDED_ON, 'v http://example.org/tried']);
    }
  });

  it('when the first comes last, it is listed under the terms of the whole chain', () => {
    const changes = given({ id: 'a', verb: 'tried' }, { id: 'b', verb: 'praised', about: 'a' }).when({
      id: 'c',
      about: 'b',
    });
    expect(termsOf(changes, 2)).toEqual(
      expect.arrayContaining([
        'v http://example.org/did',
        'v http://example.org/praised',
        'v http://example.org/tried',
      ]),
    );
  });

  it('when the middle comes last, it joins the two ends', () => {
    const changes = given({ id: 'a', verb: 'tried' }, { id: 'c', about: 'b' }).when({
      id: 'b',
      verb: 'praised',
      about: 'a',
    });
    expect(termsOf(changes, 1)).toEqual(
      expect.arrayContaining(['v http://example.org/praised', 'v http://example.org/tried', TASK[1]]),
    );
    expect(termsOf(changes, 2)).toContain('v http://example.org/tried');
  });

  it('a circle is closed once: each of its statements is listed under the terms of the others', () => {
    const changes = given({ id: 'a', verb: 'one', about: 'b' }, { id: 'b', verb: 'two', about: 'c' }).when({
      id: 'c',
      verb: 'three',
      about: 'a',
    });
    expect(termsOf(changes, 0)).toContain('v http://example.org/three');
    expect(termsOf(changes, 1)).toEqual(
      expect.arrayContaining(['v http://example.org/one', 'v http://example.org/three']),
    );
    expect(termsOf(changes, 2)).toEqual(
      expect.arrayContaining(['v http://example.org/one', 'v http://example.org/two']),
    );
  });

  it.each([
    ['in order', (chain: Told[]) => chain],
    ['from its end', (chain: Told[]) => chain.toReversed()],
  ])(`a chain is followed ${FOLLOWED} times, when it comes %s`, (_how, order) => {
    const letter = (i: number) => String.fromCharCode(100 + i);
    const chain = Array.from(
      { length: FOLLOWED + 3 },
      (_, i): Told => ({ id: letter(i), verb: `v${i}`, about: letter(i + 1) }),
    );
    const told = order(chain);
    const listed = new Set<string>();
    told.forEach((statement, i) => {
      for (const { terms, revision } of given(...told.slice(0, i)).when(statement).postings) {
        if (told[revision] === chain[0]) for (const term of terms) listed.add(term);
      }
    });
    expect(listed).toContain(`v http://example.org/v${FOLLOWED}`);
    expect(listed).not.toContain(`v http://example.org/v${FOLLOWED + 1}`);
  });
});

describe('voiding', () => {
  const statement: Told = { id: 'a', by: 'one' };
  const voiding: Told = { id: 'v', voids: 'a', by: 'one' };

  it.each<[string, Told[], Told, object[]]>([
    ['after its target: from the voiding on', [statement], voiding, [{ revision: 0, by: 1 }]],
    ['before its target: from the target on', [voiding], statement, [{ revision: 1, by: 1 }]],
    ['of a target that never comes: nothing', [{ id: 'b' }], voiding, []],
    ['by another authority: nothing', [statement], { ...voiding, by: 'two' }, []],
    ['by another authority, before its target: nothing', [{ ...voiding, by: 'two' }], statement, []],
    ['by a credential that may void any', [statement], { ...voiding, by: 'two', any: true }, [{ revision: 0, by: 1 }]],
    [
      'by a credential that may void any, before its target',
      [{ ...voiding, by: 'two', any: true }],
      statement,
      [{ revision: 1, by: 1 }],
    ],
    ['of a voiding: nothing, the first one holds', [statement, voiding], { id: 'w', voids: 'v' }, []],
    [
      'of a voiding that comes later: nothing but what that one voids',
      [statement, { id: 'w', voids: 'v' }],
      voiding,
      [{ revision: 0, by: 2 }],
    ],
    [
      'a second time: the projection says so again, with its own revision',
      [statement, voiding],
      { id: 'w', voids: 'a' },
      [{ revision: 0, by: 2 }],
    ],
    [
      'by two that wait, one of which may',
      [
        { ...voiding, by: 'two' },
        { ...voiding, id: 'w' },
      ],
      statement,
      [{ revision: 2, by: 2 }],
    ],
    ['by a reference with another verb: nothing', [statement], { id: 'b', about: 'a' }, []],
  ])('%s', (_what, before, last, voidings) => {
    expect(given(...before).when(last).voidings).toEqual(voidings);
  });

  it('a voided statement and its voiding stay listed', () => {
    const changes = given(statement).when(voiding);
    expect(termsOf(changes, 1)).toEqual(expect.arrayContaining(['o http://example.org/task']));
  });
});
