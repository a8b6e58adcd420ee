import { describe, expect, it } from 'vitest';
import { personOf } from '../../src/xapi/person.ts';

describe('personOf (Communication 2.4)', () => {
  it('says of one agent what was asked', () => {
    const agent = { objectType: 'Agent', name: 'Learner One', mbox: 'mailto:learner-1@example.org' } as const;
    expect(personOf([agent])).toEqual({ objectType: 'Person', name: [agent.name], mbox: [agent.mbox] });
  });

  it('gathers each distinct name and identifier in the order of the agents', () => {
    const account = { homePage: 'http://lms.example.org', name: '1' };
    const sha1 = 'cd9b00a5611f94eaa7b1661edab976068e364975';
    const openid = 'http://openid.example.org/1';
    const agents = [
      { name: 'B', account },
      { name: 'A', openid },
      { name: 'B', account: { name: '1', homePage: 'http://lms.example.org' } },
      { mbox_sha1sum: sha1 },
      { name: 'C', account: { ...account, name: '2' } },
    ];
    expect(personOf(agents)).toEqual({
      objectType: 'Person',
      name: ['B', 'A', 'C'],
      mbox_sha1sum: [sha1],
      openid: [openid],
      account: [account, { ...account, name: '2' }],
    });
  });
});
