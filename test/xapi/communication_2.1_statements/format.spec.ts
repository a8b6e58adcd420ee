import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStatements, post, type Query, withHeaders } from '../../support/client.ts';
import { anIdentified, aVoidingOf, type Posted, refTo } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const languages = { 'en-US': 'color', 'en-GB': 'colour', fr: 'couleur', 'zh-Hant': '顏色' };
const member = { name: 'Member', mbox: 'mailto:member@example.org' };
const account = { homePage: 'https://lms.example.org', name: '7' };

/** A statement with all that can be named in a language, or identified with less than it is described. */
function rich(): Posted {
  const activity = (name: string) => ({
    objectType: 'Activity',
    id: `https://example.org/${name}/${randomUUID()}`,
    definition: {
      name: languages,
      description: { fr: 'seulement' },
      type: 'https://example.org/type',
      interactionType: 'choice',
      choices: [
        { id: 'a', description: languages },
        { id: 'b', description: { fr: 'b' } },
      ],
      extensions: { 'https://example.org/map': languages },
    },
  });
  return anIdentified({
    actor: {
      objectType: 'Group',
      name: 'Anonymous',
      member: [member, { objectType: 'Agent', name: 'Seven', account }],
    },
    verb: { id: 'https://example.org/verb', display: languages },
    object: activity('object'),
    result: { success: true, extensions: { 'https://example.org/map': languages } },
    context: {
      instructor: { objectType: 'Agent', name: 'Teacher', openid: 'https://example.org/teacher' },
      team: { objectType: 'Group', name: 'Team', mbox: 'mailto:team@example.org', member: [member] },
      contextActivities: { parent: [activity('parent')], other: [activity('other')] },
    },
  });
}

async function shown(id: string, query: Query, acceptLanguage?: string): Promise<Posted> {
  const asking = acceptLanguage === undefined ? store : withHeaders(store, { 'accept-language': acceptLanguage });
  const single = await getStatements(asking, { statementId: id, ...query });
  expect(single.status).toBe(200);
  const { json } = await getStatements(asking, { limit: 1, ...query });
  expect(json.statements[0]).toEqual(single.json);
  return single.json;
}

describe('Communication 2.1.3 format', () => {
  it('XAPI-00168, XAPI-00170 exact, or none: as it was sent, whatever the language', async () => {
    const sent = rich();
    await post(store, sent);
    for (const query of [{}, { format: 'exact' }]) {
      expect(await shown(sent.id, query)).toMatchObject(sent);
      expect(await shown(sent.id, query, 'fr')).toEqual(await shown(sent.id, {}));
    }
  });

  it('XAPI-00171 ids: what identifies, and no more', async () => {
    const sent = rich();
    await post(store, sent);
    const { actor, verb, object, result, context } = await shown(sent.id, { format: 'ids' });
    const identified = (value: Posted) => ({ ...value, objectType: expect.anything() });
    const least = (value: Posted) => [value, identified(value)];
    expect(actor.objectType).toBe('Group');
    expect(actor.name).toBeUndefined();
    expect(least({ mbox: member.mbox })).toContainEqual(actor.member[0]);
    expect(least({ account })).toContainEqual(actor.member[1]);
    expect(verb).toEqual({ id: sent.verb.id });
    expect(least({ id: sent.object.id })).toContainEqual(object);
    expect(result).toEqual(sent.result);
    expect(least({ openid: sent.context.instructor.openid })).toContainEqual(context.instructor);
    expect(context.team).toEqual({ objectType: 'Group', mbox: sent.context.team.mbox });
    for (const kind of ['parent', 'other']) {
      expect(least({ id: sent.context.contextActivities[kind][0].id })).toContainEqual(
        context.contextActivities[kind][0],
      );
    }
  });

  it('XAPI-00171 ids: SubStatements, references, agents and groups as objects', async () => {
    const sub: Posted = { objectType: 'SubStatement', ...rich(), id: undefined };
    const objects = [
      sub,
      refTo(randomUUID()),
      { objectType: 'Agent', ...member },
      { objectType: 'Group', name: 'Team', mbox: 'mailto:team@example.org', member: [member] },
    ];
    const shownAs: Posted[] = [];
    for (const object of objects) {
      const sent = anIdentified({ object });
      await post(store, sent);
      shownAs.push((await shown(sent.id, { format: 'ids' })).object);
    }
    expect(shownAs[0]).toMatchObject({ objectType: 'SubStatement', verb: { id: sub.verb.id } });
    expect(shownAs[0]!.verb.display).toBeUndefined();
    expect(shownAs[0]!.object.definition).toBeUndefined();
    expect(shownAs[0]!.actor.member[0].name).toBeUndefined();
    expect(shownAs.slice(1)).toEqual([
      objects[1],
      { objectType: 'Agent', mbox: member.mbox },
      { objectType: 'Group', mbox: 'mailto:team@example.org' },
    ]);
  });

  it.each([
    ['fr', 'fr'],
    ['en-GB', 'en-GB'],
    ['EN-gb', 'en-GB'],
    ['de, fr;q=0.5', 'fr'],
    ['fr;q=0.2, en-US;q=0.8', 'en-US'],
    ['zh-Hant-TW, fr;q=0.1', undefined],
    ['zh', 'zh-Hant'],
    ['fr;q=0, en-GB;q=0.1', 'en-GB'],
  ])('XAPI-00169, XAPI-00172 canonical with Accept-Language: %s', async (accepted, tag) => {
    const sent = rich();
    await post(store, sent);
    const { verb, object, context, actor } = await shown(sent.id, { format: 'canonical' }, accepted);
    const maps = [
      verb.display,
      object.definition.name,
      object.definition.choices[0].description,
      context.contextActivities.parent[0].definition.name,
    ];
    for (const map of maps) {
      expect(Object.keys(map)).toHaveLength(1);
      if (tag !== undefined) expect(map).toEqual({ [tag]: languages[tag as 'fr'] });
    }
    // Each map for itself: what is there in one language only is shown in that.
    expect(object.definition.description).toEqual({ fr: 'seulement' });
    expect(object.definition.choices[1].description).toEqual({ fr: 'b' });
    expect(object.definition.extensions).toEqual(sent.object.definition.extensions);
    expect(actor).toEqual(sent.actor);
  });

  it.each([undefined, '', '*', 'tlh', ';;;q=,'])(
    'canonical with Accept-Language: %s is one language of each map',
    async (accepted) => {
      const sent = rich();
      await post(store, sent);
      const { verb, object } = await shown(sent.id, { format: 'canonical' }, accepted);
      for (const map of [verb.display, object.definition.name]) {
        const [[tag, text]] = Object.entries(map) as [[string, string]];
        expect(Object.keys(map)).toHaveLength(1);
        expect(text).toBe(languages[tag as 'fr']);
      }
    },
  );

  it('canonical shows an activity as the store knows it, from other statements too', async () => {
    const { object, ...sent } = rich();
    await post(store, { ...sent, object });
    const bare = anIdentified({ object: { id: object.id } });
    await post(store, bare);
    const seen = await shown(bare.id, { format: 'canonical' }, 'fr');
    expect(seen.object.definition).toMatchObject({ name: { fr: 'couleur' }, type: object.definition.type });
    expect((await shown(bare.id, { format: 'exact' })).object).toEqual(bare.object);
  });

  it('is the same for a voided statement', async () => {
    const sent = rich();
    await post(store, sent, aVoidingOf(sent.id));
    const get = async (format: string) =>
      (await getStatements(withHeaders(store, { 'accept-language': 'fr' }), { voidedStatementId: sent.id, format }))
        .json;
    expect((await get('ids')).verb).toEqual({ id: sent.verb.id });
    expect((await get('canonical')).verb.display).toEqual({ fr: 'couleur' });
    expect((await get('exact')).verb).toEqual(sent.verb);
  });

  it.each(['Exact', 'IDS', '', 'full', 'exact,ids'])('XAPI-00012 format=%s is refused', async (format) => {
    for (const query of [{ format }, { format, statementId: randomUUID() }]) {
      const { status, json } = await getStatements(store, query);
      expect([status, json.error.property]).toEqual([400, 'format']);
    }
  });
});

it('XAPI-00161, XAPI-00165, XAPI-00167 attachments=false is application/json', async () => {
  await post(store, rich());
  const { status, headers, json } = await getStatements(store, { attachments: false, limit: 1 });
  expect([status, headers.get('content-type')?.split(';')[0], json.statements.length]).toEqual([
    200,
    'application/json',
    1,
  ]);
});
