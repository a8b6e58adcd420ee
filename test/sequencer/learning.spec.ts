import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import type { LearningAction, LearningCommand, Outcome } from '../../src/sequencer/command.ts';
import { FaultyLedger } from '../support/faulty_ledger.ts';
import { type LocalStore, openLocalStore } from '../support/local_store.ts';

let inner: MemoryLedger;
let ledger: FaultyLedger;
let store: LocalStore;
beforeEach(async () => {
  inner = new MemoryLedger();
  ledger = new FaultyLedger(inner);
  store = await openLocalStore(ledger);
});
afterEach(() => store.close());

const MAILBOX = 'sha1sum:69d2ae00473c9fa573a324e6fa043bdb7d77ea59';
const agency = (name = 'Agency A'): LearningAction => ({
  type: 'agency-declared',
  data: { agency: 'agency-a', name },
});
const link = (person: string, account = MAILBOX): LearningAction => ({
  type: 'account-linked',
  data: { account, person },
});
const claim = (person: string): LearningAction => ({ type: 'account-claimed', data: { account: MAILBOX, person } });
const merge = (...persons: [string, string]): LearningAction => ({ type: 'persons-merged', data: { persons } });
const facts = (...values: (string | null)[]): LearningAction => ({
  type: 'facts-recorded',
  data: {
    facts: values.map((value) => ({ person: 'P-1', agency: 'agency-a', name: 'grade', value, from: '2020-01-01' })),
  },
});
const mark = (key: string, asked = 'one') => ({ key, digest: Buffer.from(asked).toString('hex').padEnd(64, '0') });

function ask(action: LearningAction, more: Partial<LearningCommand> = {}): Promise<Outcome> {
  return store.sequencer.submit({ kind: 'learning', credential: 'editor', action, ...more });
}

/** Does what a test begins with. @throws when it is refused */
async function given(...actions: LearningAction[]): Promise<void> {
  for (const action of actions) {
    const outcome = await ask(action);
    if ('error' in outcome) throw new Error(outcome.error.message);
  }
}

async function types(): Promise<string[]> {
  return (await Array.fromAsync(ledger.read(0))).flat().map(({ type }) => type);
}

const refused = (code: string, details: object = {}) => ({
  error: expect.objectContaining({ code, details: expect.objectContaining(details) }),
});

describe('an idempotency key', () => {
  it('the same request again gets the first revision, and appends nothing', async () => {
    expect(await ask(agency(), { mark: mark('k') })).toEqual({ revision: 0 });
    await given(agency('Another name'));
    expect(await ask(agency(), { mark: mark('k') })).toEqual({ revision: 0 });
    expect(await types()).toEqual(['agency-declared', 'agency-declared']);
  });

  it('also when the first was told that it is so already, whatever has changed since', async () => {
    await given(agency());
    expect(await ask(agency(), { mark: mark('k') })).toEqual({ revision: 0 });
    await given(agency('Another name'));
    expect(await ask(agency(), { mark: mark('k') })).toEqual({ revision: 0 });
    expect(await types()).toEqual(['agency-declared', 'request-answered', 'agency-declared']);
  });

  it('also when both are decided together', async () => {
    const outcomes = await Promise.all([
      ask(agency(), { mark: mark('k') }),
      ask(agency(), { mark: mark('k') }),
      ask(agency('Another name'), { mark: mark('k', 'other') }),
    ]);
    expect(outcomes).toEqual([{ revision: 0 }, { revision: 0 }, refused('conflict')]);
    expect(await types()).toEqual(['agency-declared']);
  });

  it('of another request is a conflict, and nothing is recorded', async () => {
    await ask(agency(), { mark: mark('k') });
    const another = await ask(agency('Another name'), { mark: mark('k', 'other') });
    expect(another).toEqual(refused('conflict', { property: 'Idempotency-Key' }));
    expect(await types()).toEqual(['agency-declared']);
  });

  it('of another credential is another one', async () => {
    await ask(agency(), { mark: mark('k') });
    const another = await ask(agency('Another name'), { credential: 'other', mark: mark('k', 'other') });
    expect(another).toEqual({ revision: 1 });
  });

  it('of a request that was refused is free', async () => {
    expect(await ask(facts('P4'), { mark: mark('k') })).toEqual(refused('invalid_body'));
    await given(agency());
    expect(await ask(facts('P3'), { mark: mark('k', 'other') })).toEqual({ revision: 1 });
  });

  it('is known to whoever has only the ledger', async () => {
    await ask(agency(), { mark: mark('k') });
    await ask(agency(), { mark: mark('l') });
    store.close();
    store = await openLocalStore(inner);
    await given(agency('Another name'));
    expect(await ask(agency(), { mark: mark('k') })).toEqual({ revision: 0 });
    expect(await ask(agency(), { mark: mark('l') })).toEqual({ revision: 0 });
    expect(await ask(agency(), { mark: mark('k', 'other') })).toEqual(refused('conflict'));
  });
});

describe('If-Match', () => {
  it('lets a change on only when nobody else has made one since', async () => {
    await given(agency());
    expect(await ask(agency('Second'), { ifMatch: 0 })).toEqual({ revision: 1 });
    expect(await ask(agency('Third'), { ifMatch: 0 })).toEqual(
      refused('precondition_failed', { property: 'If-Match' }),
    );
    expect(await ask(agency('Third'), { ifMatch: 1 })).toEqual({ revision: 2 });
  });

  it('holds for what nobody has declared, for facts, and for revocations', async () => {
    expect(await ask(agency(), { ifMatch: 0 })).toEqual(refused('precondition_failed'));
    await given(agency(), facts('P3'));
    expect(await ask(facts('P4'), { ifMatch: 0 })).toEqual(refused('precondition_failed'));
    expect(await ask(facts('P4'), { ifMatch: 1 })).toEqual({ revision: 2 });
    const decision: LearningAction = {
      type: 'equivalence-decided',
      data: {
        decision: 'D',
        effect: 'counts',
        sources: [{ course: 'one' }],
        target: 'other',
        from: '2020-01-01',
        basis: { document: 'Memo' },
        decidedBy: 'Board',
      },
    };
    const course = (course: string): LearningAction => ({
      type: 'course-declared',
      data: { course, title: course, editions: [], completion: [] },
    });
    await given(course('one'), course('other'), decision);
    const revocation: LearningAction = {
      type: 'equivalence-revoked',
      data: { decision: 'D', from: '2021-01-01', keep: false, reason: 'r' },
    };
    expect(await ask(revocation, { ifMatch: 4 })).toEqual(refused('precondition_failed'));
    expect(await ask(revocation, { ifMatch: 5 })).toEqual({ revision: 6 });
  });

  it('of two that are decided together, one is stale', async () => {
    await given(agency());
    const outcomes = await Promise.all([ask(agency('One'), { ifMatch: 0 }), ask(agency('Other'), { ifMatch: 0 })]);
    expect(outcomes).toEqual([{ revision: 1 }, refused('precondition_failed')]);
  });

  it('does not stop the retry of a request that was done', async () => {
    await given(agency());
    const asked = { ifMatch: 0, mark: mark('k') };
    expect(await ask(agency('Second'), asked)).toEqual({ revision: 1 });
    expect(await ask(agency('Second'), asked)).toEqual({ revision: 1 });
  });
});

describe('an account', () => {
  it('is linked to one person at a time; the other is named only to those who may know', async () => {
    await given(link('P-1'));
    expect(await ask(link('P-1'))).toEqual({ revision: 0 });
    const outcome = await ask(link('P-2'));
    expect(outcome).toEqual(refused('conflict', { property: '/account' }));
    expect(JSON.stringify(outcome)).not.toContain('P-1');
    expect(JSON.stringify(await ask(link('P-2'), { namesPersons: true }))).toContain('P-1');
    expect(await types()).toEqual(['account-linked']);
  });

  it('is free again when the link is withdrawn, which is done once', async () => {
    await given(link('P-1'));
    const withdrawal: LearningAction = { type: 'account-unlinked', data: { link: 0 } };
    expect(await ask(withdrawal)).toEqual({ revision: 1 });
    expect(await ask(withdrawal)).toEqual({ revision: 1 });
    expect(await ask(link('P-2'))).toEqual({ revision: 2 });
    expect(await ask({ type: 'account-unlinked', data: { link: 1 } })).toEqual(refused('not_found'));
  });

  it('of a merged person is linked to both', async () => {
    await given(link('P-1'), link('P-2', 'sha1sum:0'), merge('P-1', 'P-2'));
    expect(await ask(link('P-2'))).toEqual({ revision: 0 });
    await given({ type: 'persons-unmerged', data: { merge: 2 } });
    expect(await ask(link('P-2'))).toEqual(refused('conflict'));
  });
});

describe('a claim', () => {
  const confirmation: LearningAction = {
    type: 'account-linked',
    data: { account: MAILBOX, person: 'P-1', claim: 0 },
  };
  const refusal: LearningAction = { type: 'claim-refused', data: { claim: 0, reason: 'r' } };

  it('is open once for an account and a person', async () => {
    await given(claim('P-1'));
    expect(await ask(claim('P-1'))).toEqual({ revision: 0 });
    expect(await ask(claim('P-2'))).toEqual({ revision: 1 });
  });

  it.each([
    ['confirmed', confirmation],
    ['refused', refusal],
  ])('that is %s is settled', async (_how, settling) => {
    await given(claim('P-1'));
    expect(await ask(settling)).toEqual({ revision: 1 });
    expect(await ask(confirmation)).toEqual(refused('conflict'));
    expect(await ask(refusal)).toEqual(refused('conflict'));
    expect(await types()).toHaveLength(2);
  });

  it('that is refused can be made again; that of one’s own account is so already', async () => {
    await given(claim('P-1'), refusal);
    expect(await ask(claim('P-1'))).toEqual({ revision: 2 });
    await given(link('P-1'));
    expect(await ask(claim('P-1'))).toEqual({ revision: 3 });
  });

  it('that nobody made is not found', async () => {
    await given(link('P-1'));
    expect(await ask(refusal)).toEqual(refused('not_found'));
    expect(await ask(confirmation)).toEqual(refused('not_found'));
  });
});

describe('facts', () => {
  beforeEach(() => given(agency()));

  it('that are recorded already are no event; of others only the new are in it', async () => {
    expect(await ask(facts('P3'))).toEqual({ revision: 1 });
    expect(await ask(facts('P3'))).toEqual({ revision: 1 });
    const other = { person: 'P-1', agency: 'agency-a', name: 'category', value: 'staff', from: '2020-01-01' };
    const known = { person: 'P-1', agency: 'agency-a', name: 'grade', value: 'P3', from: '2021-01-01' };
    await given({ type: 'facts-recorded', data: { facts: [known, other] } });
    const events = (await Array.fromAsync(ledger.read(2))).flat();
    expect(events.map(({ data }) => JSON.parse(Buffer.from(data).toString()))).toEqual([{ facts: [other] }]);
  });

  it('that contradict each other in one request: the later holds, also when it was recorded before', async () => {
    await given(facts('P4'), facts('P3', 'P4'));
    expect(await ask(facts('P4'))).toEqual({ revision: 2 });
    expect(await ask(facts('P3'))).toEqual({ revision: 3 });
  });

  it('that were taken back can be recorded again', async () => {
    await given(facts('P3'), facts(null));
    expect(await ask(facts(null))).toEqual({ revision: 2 });
    expect(await ask(facts('P3'))).toEqual({ revision: 3 });
  });
});

describe('persons', () => {
  beforeEach(() => given(link('P-1', 'sha1sum:1'), link('P-2', 'sha1sum:2'), link('P-3', 'sha1sum:3')));

  it('are merged once, and each pair has a merge of its own', async () => {
    expect(await ask(merge('P-1', 'P-2'))).toEqual({ revision: 3 });
    expect(await ask(merge('P-2', 'P-3'))).toEqual({ revision: 4 });
    expect(await ask(merge('P-3', 'P-1'))).toEqual({ revision: 5 });
    expect(await ask(merge('P-2', 'P-1'))).toEqual({ revision: 3 });
    expect(await types()).toHaveLength(6);
  });

  it('are two, and known', async () => {
    expect(await ask(merge('P-1', 'P-1'))).toEqual(refused('invalid_body', { property: '/persons/1' }));
    expect(await ask(merge('P-1', 'P-9'))).toEqual(refused('invalid_body', { property: '/persons/1' }));
  });

  it('can be merged again when that was undone, once', async () => {
    await given(merge('P-1', 'P-2'));
    const undoing: LearningAction = { type: 'persons-unmerged', data: { merge: 3 } };
    expect(await ask(undoing)).toEqual({ revision: 4 });
    expect(await ask(undoing)).toEqual({ revision: 4 });
    expect(await ask(merge('P-1', 'P-2'))).toEqual({ revision: 5 });
    expect(await ask({ type: 'persons-unmerged', data: { merge: 0 } })).toEqual(refused('not_found'));
  });
});

describe('a certificate', () => {
  const recording: LearningAction = {
    type: 'certificate-recorded',
    data: { person: 'P-1', course: 'safety', issuer: 'Institute', completed: '2024-01-31', evidence: [] },
  };
  const verification: LearningAction = { type: 'certificate-verified', data: { recorded: 1, authority: 'Office' } };
  const refusal: LearningAction = {
    type: 'certificate-refused',
    data: { recorded: 1, authority: 'Office', reason: 'r' },
  };
  beforeEach(() =>
    given({
      type: 'course-declared',
      data: { course: 'safety', title: 'Safety', editions: [], completion: [] },
    }),
  );

  it('is recorded once', async () => {
    expect(await ask(recording, { mark: mark('k') })).toEqual({ revision: 1 });
    expect(await ask(recording)).toEqual({ revision: 1 });
  });

  it('is decided once', async () => {
    await given(recording);
    expect(await ask(verification)).toEqual({ revision: 2 });
    expect(await ask(verification)).toEqual({ revision: 2 });
    expect(await ask(refusal)).toEqual(refused('conflict'));
    expect(await types()).toHaveLength(3);
  });

  it('that nobody recorded is not found', async () => {
    for (const about of [verification, refusal]) expect(await ask(about)).toEqual(refused('not_found'));
  });
});

describe('an append that was stored, and reported failed', () => {
  const another = async () => {
    const foreign = await openLocalStore(new MemoryLedger());
    await foreign.sequencer.submit({
      kind: 'learning',
      credential: 'other',
      action: { type: 'agency-declared', data: { agency: 'agency-z', name: 'Agency Z' } },
    });
    const [{ id, type, version, credential, data }] = foreign.events() as [ReturnType<typeof foreign.events>[0]];
    foreign.close();
    return { another: { id, type, version, credential, data } };
  };

  it('answers with the revision of its own event, though others stand before and behind it', async () => {
    await given(agency());
    const theirs = await another();
    ledger.faults.push(theirs, 'stored late, and reported failed', theirs);
    expect(await ask(link('P-1'), { mark: mark('k') })).toEqual({ revision: 2 });
    expect(await types()).toEqual(['agency-declared', 'agency-declared', 'account-linked', 'agency-declared']);
    expect(await ask(link('P-1'), { mark: mark('k') })).toEqual({ revision: 2 });
    expect(await types()).toHaveLength(4);
  });

  it('answers each of a group with its own', async () => {
    await given(agency());
    const theirs = await another();
    ledger.faults.push('stored late, and reported failed', theirs);
    const outcomes = await Promise.all([
      ask(link('P-1'), { mark: mark('k') }),
      ask(agency()),
      ask(link('P-2')),
      ask(link('P-1'), { mark: mark('k') }),
      ask(link('P-2', 'sha1sum:2')),
    ]);
    expect(outcomes).toEqual([{ revision: 1 }, { revision: 0 }, refused('conflict'), { revision: 1 }, { revision: 2 }]);
    expect(await types()).toEqual(['agency-declared', 'account-linked', 'account-linked', 'agency-declared']);
  });
});
