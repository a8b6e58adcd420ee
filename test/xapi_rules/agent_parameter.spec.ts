import { describe, expect, it } from 'vitest';
import { validateAgent } from '../../src/xapi/validation.ts';
import { refusalOf } from './refusal.ts';

const AGENT = { mbox: 'mailto:learner-1@example.org' };
const MEMBERS = [AGENT, { openid: 'http://openid.example.org/2' }];

describe('validateAgent', () => {
  it.each([AGENT, { objectType: 'Agent', ...AGENT }, { objectType: 'Group', ...AGENT }])('accepts %j', (agent) => {
    expect(validateAgent(agent, '1.0.3', 'agent')).toBeUndefined();
  });

  it.each([
    [null, 'The parameter agent must be'],
    ['mailto:learner-1@example.org', 'The parameter agent must be'],
    [{}, 'The parameter agent must have one of'],
    [{ mbox: 'learner-1' }, 'The parameter agent/mbox must have the form'],
    [{ objectType: 'Group', member: MEMBERS }, 'The parameter agent must be an Agent or an Identified Group'],
  ])('refuses %j', (agent, message) => {
    const refusal = refusalOf(() => validateAgent(agent, '2.0.0', 'agent'));
    expect(refusal).toMatchObject({ code: 'invalid_parameter', property: 'agent' });
    expect(refusal.message).toContain(message);
  });
});
