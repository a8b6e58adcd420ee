import { describe, expect, it } from 'vitest';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { openLocalStore } from '../support/local_store.ts';
import { agency, aSequencer, facts, link, mark, refused } from './given_learning.ts';

const sequencer = aSequencer();
const { ask, given, types, reopen } = sequencer;

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
    await reopen();
    await given(agency('Another name'));
    expect(await ask(agency(), { mark: mark('k') })).toEqual({ revision: 0 });
    expect(await ask(agency(), { mark: mark('l') })).toEqual({ revision: 0 });
    expect(await ask(agency(), { mark: mark('k', 'other') })).toEqual(refused('conflict'));
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
    sequencer.ledger.faults.push(theirs, 'stored late, and reported failed', theirs);
    expect(await ask(link('P-1'), { mark: mark('k') })).toEqual({ revision: 2 });
    expect(await types()).toEqual(['agency-declared', 'agency-declared', 'account-linked', 'agency-declared']);
    expect(await ask(link('P-1'), { mark: mark('k') })).toEqual({ revision: 2 });
    expect(await types()).toHaveLength(4);
  });

  it('answers each of a group with its own', async () => {
    await given(agency());
    const theirs = await another();
    sequencer.ledger.faults.push('stored late, and reported failed', theirs);
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
