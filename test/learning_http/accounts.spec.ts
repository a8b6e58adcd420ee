import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asking } from '../support/client.ts';
import type { Posted } from '../support/statements.ts';
import { aPerson, assign, command, hire, link, type Programme, question, startProgramme } from './given.ts';

let programme: Programme;
beforeAll(async () => {
  programme = await startProgramme();
});
afterAll(() => programme.store.close());

const aMailbox = () => `mailto:Learner.${crypto.randomUUID()}@Example.org`;
const claimsOf = async (asking: Asking, person: string) =>
  (await question(asking, '/claims')).claims.filter((claim: Posted) => claim.person === person);
const writtenOf = async (person: string) =>
  (await question(programme.store, `/people/${person}`)).links.map(({ written }: Posted) => written);

describe('a mailbox', () => {
  it('is shown as it was written, beside the account, in claims and links', async () => {
    const { editor } = programme;
    const { person } = await hire(editor);
    const learner = await programme.learner(person);
    const [claimed, linked] = [aMailbox(), aMailbox()];
    const { revision: claim } = await command(learner, 'POST', '/claims', { account: claimed, person });
    const account = `sha1sum:${hash('sha1', claimed.replace('Example', 'example'))}`;
    expect(await claimsOf(editor, person)).toEqual([{ claim, account, written: claimed, person, proof: null }]);
    await command(editor, 'POST', `/claims/${claim}/confirm`, { basis: 'Seen in person.' });
    await link(editor, person, linked);
    expect((await writtenOf(person)).slice(1)).toEqual([claimed, linked]);
    await programme.store.restart();
    expect((await writtenOf(person)).slice(1), 'also from the ledger').toEqual([claimed, linked]);
  });

  it('of which only the SHA-1 was given is shown as that', async () => {
    const { editor } = programme;
    const { person } = await hire(editor);
    const account = `sha1sum:${hash('sha1', person)}`;
    await link(editor, person, account);
    expect((await writtenOf(person)).at(-1)).toBe(account);
  });
});

describe('an open claim', () => {
  it('is confirmed by a link of its account to its person that does not name it; those of others stay open', async () => {
    const { editor } = programme;
    const [mine, others] = [await hire(editor), await hire(editor)];
    const account = aMailbox();
    const claims: number[] = [];
    for (const { person } of [mine, others]) {
      const learner = await programme.learner(person);
      claims.push((await command(learner, 'POST', '/claims', { account, person })).revision);
    }
    const number = await link(editor, mine.person, account);
    expect(await claimsOf(editor, mine.person)).toEqual([]);
    expect(await claimsOf(editor, others.person)).toHaveLength(1);
    await command(editor, 'POST', `/links/${number}/withdraw`, { reason: 'Wrong.' });
    expect(await claimsOf(editor, mine.person), 'the link is as if it had not been').toMatchObject([
      { claim: claims[0] },
    ]);
    await command(editor, 'POST', `/claims/${claims[0]}/confirm`, { basis: 'Seen.' });
    expect(await claimsOf(editor, mine.person)).toEqual([]);
    const again = await editor.ask(`/api/claims/${claims[0]}/confirm`, { body: { basis: 'Seen.' } });
    expect(again.status).toBe(409);
  });

  it('of what became theirs by a merge waits for nobody', async () => {
    const { editor } = programme;
    const [one, other] = [await hire(editor), await hire(editor)];
    const account = aMailbox();
    const learner = await programme.learner(other.person);
    await command(learner, 'POST', '/claims', { account, person: other.person });
    await link(editor, one.person, account);
    expect(await claimsOf(editor, other.person)).toHaveLength(1);
    await command(editor, 'POST', '/merges', { persons: [one.person, other.person], reason: 'One.' });
    expect(await claimsOf(editor, other.person)).toEqual([]);
  });
});

describe('an account that is somebody else’s', () => {
  it('is refused; the other is named to those who may see them today', async () => {
    const { editor, store } = programme;
    const theirs = await hire(editor, 'agency-b');
    const mine = await hire(editor, 'agency-a');
    const account = aMailbox();
    await link(editor, theirs.person, account);
    const asked = [store, editor, await programme.editorOf('agency-a')].map(async (asking) => {
      const refused = await asking.ask('/api/links', { body: { account, person: mine.person } });
      return [refused.status, refused.json.error.property, refused.text.includes(theirs.person)];
    });
    expect(await Promise.all(asked)).toEqual([
      [409, '/account', true],
      [409, '/account', true],
      [409, '/account', false],
    ]);
  });

  it('is not named to whom they were assigned once', async () => {
    const { editor } = programme;
    const { person } = aPerson();
    await assign(editor, person, 'agency-a', '2000-01-01');
    const account = aMailbox();
    await link(editor, person, account);
    const mine = await hire(editor, 'agency-a');
    const former = await programme.editorOf('agency-a');
    const refuse = async () => (await former.ask('/api/links', { body: { account, person: mine.person } })).text;
    expect(await refuse()).toContain(person);
    await command(editor, 'POST', `/people/${person}/facts`, {
      facts: [{ agency: 'agency-a', name: 'assigned', value: false, from: '2020-01-01' }],
    });
    expect(await refuse()).not.toContain(person);
  });

  it('is refused to who confirms a claim, too', async () => {
    const { editor } = programme;
    const [mine, theirs] = [await hire(editor), await hire(editor)];
    const account = aMailbox();
    const learner = await programme.learner(mine.person);
    const { revision } = await command(learner, 'POST', '/claims', { account, person: mine.person });
    await link(editor, theirs.person, account);
    const refused = await editor.ask(`/api/claims/${revision}/confirm`, { body: { basis: 'Seen.' } });
    expect([refused.status, refused.text.includes(theirs.person)]).toEqual([409, true]);
  });
});
