import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { allStatements, withScopes } from '../support/client.ts';
import { AGENT_PROFILE, documentsOf, STATE } from '../support/documents.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { BrowserRequest } from './xml_http_request.ts';

const ACTOR = { objectType: 'Agent' as const, account: { homePage: 'https://lms.example.org', name: 'learner-1' } };
const SESSION = 'https://w3id.org/xapi/cmi5/context/extensions/sessionid';
const PUBLISHER = 'https://example.org/courses/1/au/1';

let store: TestStore;
let system: Server;
let token: string;
beforeAll(async () => {
  store = await startTestStore();
  // What a learning system does: it hands out a credential for one session, once it is asked at its fetch address.
  const learner = await withScopes(store, 'statements/write', 'define', 'state', 'profile');
  token = learner.authorization.replace('Basic ', '');
  system = createServer((_, response) => response.end(JSON.stringify({ 'auth-token': token }))).listen(0);
});
afterAll(async () => {
  system.close();
  await store.close();
});

describe('@xapi/cmi5', () => {
  it('plays a session: launch data, statements, moving on, the end', async () => {
    vi.stubGlobal('XMLHttpRequest', BrowserRequest);
    const { default: Cmi5 } = await import('@xapi/cmi5/dist/Cmi5.esm.js');
    const registration = randomUUID();
    const activityId = 'https://lms.example.org/au/1';
    const grouping = [{ id: PUBLISHER }];
    const launch = {
      contextTemplate: { contextActivities: { grouping }, extensions: { [SESSION]: 'session-1' } },
      launchMode: 'Normal',
      moveOn: 'CompletedAndPassed',
      masteryScore: 0.8,
    };
    const states = documentsOf(store, STATE, { agent: ACTOR, activityId, registration });
    expect((await states.create('LMS.LaunchData', launch)).status).toBe(204);
    const preferences = documentsOf(store, AGENT_PROFILE, { agent: ACTOR });
    await preferences.create('cmi5LearnerPreferences', { languagePreference: 'de' });

    const player = new Cmi5({
      endpoint: `${store.address}/xapi/`,
      fetch: `http://127.0.0.1:${(system.address() as AddressInfo).port}/fetch`,
      actor: ACTOR,
      registration,
      activityId,
    });
    await player.initialize();
    expect(player.launchData).toEqual(launch);
    expect(player.getLearnerPreferences()).toEqual({ languagePreference: 'de' });
    await player.progress(50);
    await player.interactionChoice(
      'test',
      'question',
      ['a'],
      ['a'],
      [{ id: 'a' }, { id: 'b' }],
      undefined,
      undefined,
      true,
    );
    await player.pass(0.9);
    await player.complete();
    await player.terminate();

    const statements = await allStatements(store, { registration, ascending: true });
    const verbs = statements.map(({ verb }) => verb.id.split('/').at(-1));
    expect(verbs).toEqual(['initialized', 'progressed', 'answered', 'passed', 'completed', 'terminated']);
    for (const { actor, context, authority } of statements) {
      expect([actor, context.registration]).toEqual([ACTOR, registration]);
      expect(context.contextActivities.grouping).toEqual(grouping);
      expect(context.extensions[SESSION]).toBe('session-1');
      expect(authority.account.name).not.toBe('tester');
    }
    const question = await store.ask(`/xapi/activities?activityId=${encodeURIComponent(statements[2]!.object.id)}`);
    expect(question.json.definition).toMatchObject({ interactionType: 'choice', choices: [{ id: 'a' }, { id: 'b' }] });
  });
});
