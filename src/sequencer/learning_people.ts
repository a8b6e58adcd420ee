import { LedgerlineError } from '../errors.ts';
import type { AccountLinked } from '../events/learning_types.ts';
import { unrecordedFacts } from '../learning/facts.ts';
import type { Knowledge } from './accepted.ts';
import type { LearningRules } from './decide_learning.ts';
import { need, refuseStale } from './learning_policy.ts';

type PeopleType =
  | 'facts-recorded'
  | 'account-linked'
  | 'account-unlinked'
  | 'account-claimed'
  | 'claim-refused'
  | 'persons-merged'
  | 'persons-unmerged';

/** Facts, links, claims and merges: what is so already is not recorded again. */
export const PEOPLE_RULES: LearningRules<PeopleType> = {
  'facts-recorded'({ facts }, { learning, ...rest }, command) {
    facts.forEach((fact, i) => {
      if ('agency' in fact) need({ learning, ...rest }, 'agency', fact.agency, `/facts/${i}/agency`);
    });
    refuseStale(command, learning.lastFact(facts[0]!));
    const news = unrecordedFacts(facts, learning.factsLike);
    return news.length === 0 ? { since: undefined } : { facts: news.map((i) => facts[i]!) };
  },
  'account-linked'(data, { learning }) {
    if (data.claim !== undefined) refuseUnlessOpen(learning.claim(data.claim));
    const present = learning.linkOf(data.account);
    if (present === undefined) return withClaim(data, learning);
    if (learning.samePerson(present.person).has(data.person)) return { since: present.revision };
    // Who the other is, the HTTP side adds for those who may know.
    throw new LedgerlineError('conflict', 'The account is linked to another person.', {
      property: '/account',
      rule: 'an account is linked to at most one person at a time',
    });
  },
  'account-unlinked'(data, { learning }) {
    const link = learning.link(data.link);
    if (link === undefined) throw new LedgerlineError('not_found', `There is no link ${data.link}.`);
    return link.withdrawn === null ? data : { since: link.withdrawn };
  },
  'account-claimed'(data, { learning }) {
    const present = learning.linkOf(data.account);
    if (present && learning.samePerson(present.person).has(data.person)) return { since: present.revision };
    const open = learning.openClaim(data.account, data.person);
    return open === undefined ? data : { since: open };
  },
  'claim-refused'(data, { learning }) {
    refuseUnlessOpen(learning.claim(data.claim));
    return data;
  },
  'persons-merged'(data, { learning }) {
    const [one, other] = data.persons;
    for (const [i, person] of data.persons.entries()) refuseUnknown(learning, person, `/persons/${i}`);
    if (one === other) {
      throw new LedgerlineError('invalid_body', 'A person is merged with another.', {
        property: '/persons/1',
        rule: 'they are two',
      });
    }
    // That they are one already through a third is another finding, which may be undone.
    const present = learning.mergeOf(one, other);
    return present === undefined ? data : { since: present };
  },
  'persons-unmerged'(data, { learning }) {
    const merge = learning.merge(data.merge);
    if (merge === undefined) throw new LedgerlineError('not_found', `There is no merge ${data.merge}.`);
    return merge.undone === null ? data : { since: merge.undone };
  },
};

/** A link confirms the claim that waits for it, named or not, and shows the account as the claim did. */
function withClaim(data: AccountLinked, learning: Knowledge['learning']): AccountLinked {
  const persons = [...learning.samePerson(data.person)];
  const [waiting] = persons.flatMap((person) => learning.openClaim(data.account, person) ?? []);
  const claim = data.claim ?? waiting;
  if (claim === undefined) return data;
  const written = data.written ?? learning.claim(claim)?.written ?? undefined;
  return { ...data, ...(written === undefined ? {} : { written }), claim };
}

function refuseUnlessOpen(claim: { readonly outcome: string | null } | undefined): void {
  if (claim === undefined) throw new LedgerlineError('not_found', 'There is no such claim.');
  if (claim.outcome === null) return;
  throw new LedgerlineError('conflict', `The claim is ${claim.outcome} already.`, {
    rule: 'a claim is decided once, unless the link that confirmed it is withdrawn',
  });
}

function refuseUnknown(learning: Knowledge['learning'], person: string, property: string): void {
  if (learning.isPerson(person)) return;
  throw new LedgerlineError('invalid_body', `${property}: there is no person ${person}.`, { property });
}
