import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asking } from '../support/client.ts';
import { headOf } from '../support/history.ts';
import { courseBody, decisionBody, hire, type Programme, startProgramme } from './given.ts';

let programme: Programme;
beforeAll(async () => {
  programme = await startProgramme();
});
afterAll(() => programme.store.close());

async function refusal(asking: Asking, path: string, asked: Parameters<Asking['ask']>[1] = {}) {
  const { status, json } = await asking.ask(`/api${path}`, asked);
  return [status, json.error?.code, json.error?.property, typeof json.error?.rule];
}

describe('a question', () => {
  it('about the decisions of an agency that nobody has declared, or not by then', async () => {
    const { store } = programme;
    const wrong = [400, 'invalid_parameter', 'agency', 'string'];
    expect(await refusal(store, '/equivalences?agency=nowhere')).toEqual(wrong);
    const { status, json } = await store.ask('/api/equivalences?agency=agency-a');
    expect([status, json.decisions.length > 0]).toEqual([200, true]);
    const { revision } = (await store.ask('/api/agencies/agency-a')).json;
    expect(await refusal(store, `/equivalences?agency=agency-a&knownAt=${revision - 1}`)).toEqual(wrong);
  });

  it.each([
    ['from=2024-02-01&to=2024-01-31', 400],
    ['from=2024-02-01T10:00:00Z&to=2024-02-01T09:59:59Z', 400],
    ['from=2024-02-01&to=2024-02-01', 200],
    ['from=2024-02-01', 200],
  ])('about a history %s: %i', async (range, expected) => {
    const { store, editor } = programme;
    const { person } = await hire(editor);
    const path = `/learners/${person}/history?${range}`;
    if (expected === 200) expect((await store.ask(`/api${path}`)).status).toBe(200);
    else expect(await refusal(store, path)).toEqual([400, 'invalid_parameter', 'to', 'string']);
  });
});

describe('the rule that a refusal names', () => {
  const ruleOf = async (path: string, asked: Parameters<Asking['ask']>[1] = {}) => {
    const { json } = await programme.store.ask(`/api${path}`, asked);
    return [json.error.property, json.error.rule];
  };

  it.each([
    ['a parameter that is missing', '/agencies/agency-a/compliance/trend', 'from', 'it must be given'],
    ['one that is given twice', '/equivalences?agency=a&agency=b', 'agency', 'it is of type string, not array'],
  ])('of %s', async (_, path, property, rule) => {
    expect(await ruleOf(path)).toEqual([property, rule]);
  });

  it.each([
    ['that is missing', { title: undefined }, '/title', 'it must be given'],
    ['of another type', { title: 5 }, '/title', 'it is of type string, not number'],
    ['that is missing deep inside', { editions: [{ title: 'x' }] }, '/editions/0/code', 'it must be given'],
  ])('of a property %s', async (_, changes, property, rule) => {
    const body = courseBody('named', changes as object);
    expect(await ruleOf('/courses/named', { method: 'PUT', body })).toEqual([property, rule]);
  });
});

describe('a certificate from elsewhere', () => {
  it.each([
    ['issued before it is completed', { issued: '2023-05-09' }, '/issued'],
    ['expired before it is completed', { expires: '2023-05-09' }, '/expires'],
    ['expired before it is issued', { issued: '2023-06-10', expires: '2023-06-09' }, '/expires'],
    ['of an edition that the course does not have', { edition: 'LMS-0' }, '/edition'],
    ['of days in order', { issued: '2023-06-10', expires: '2023-06-10', edition: 'LMS-3395' }, undefined],
  ])('%s', async (_what, changes, property) => {
    const { editor } = programme;
    const { person } = await hire(editor);
    const body = { course: 'bsafe', issuer: 'Office', completed: '2023-05-10', evidence: [], ...changes };
    const head = await headOf(programme.store);
    const path = `/learners/${person}/certificates`;
    if (property === undefined) expect((await editor.ask(`/api${path}`, { body })).status).toBe(200);
    else {
      expect(await refusal(editor, path, { body })).toEqual([400, 'invalid_body', property, 'string']);
      expect(await headOf(programme.store)).toBe(head);
    }
  });
});

describe('a policy', () => {
  const put = (path: string, body: unknown) => refusal(programme.policy, path, { method: 'PUT', body });
  const accepted = [200, undefined, undefined, 'undefined'];

  it('in which courses replace one another in a circle', async () => {
    const replaced = (course: string) => ({ replacedBy: { course, from: '2024-01-01' } });
    expect(await put('/courses/first', courseBody('first'))).toEqual(accepted);
    expect(await put('/courses/second', courseBody('second', replaced('first')))).toEqual(accepted);
    const circle = [400, 'invalid_body', '/replacedBy/course', 'string'];
    expect(await put('/courses/first', courseBody('first', replaced('second')))).toEqual(circle);
    expect(await put('/courses/first', courseBody('first', replaced('first')))).toEqual(circle);
  });

  it('that names an edition which the course does not have', async () => {
    const decision = (edition: string) => decisionBody([{ course: 'bsafe', edition }], 'ethics');
    const wrong = [400, 'invalid_body', '/sources/0/edition', 'string'];
    expect(await put('/equivalences/edition', decision('LMS-0'))).toEqual(wrong);
    expect(await put('/equivalences/edition', decision('LMS-3395'))).toEqual(accepted);
  });
});

describe('an enrolment', () => {
  it('names its cohort', async () => {
    const { store, editor } = programme;
    const { person } = await hire(editor);
    const fact = { agency: 'secretariat', name: 'enrolled', value: 'junior-orientation', from: '2024-01-01' };
    const post = (body: object) => refusal(store, `/people/${person}/facts`, { method: 'POST', body });
    expect(await post({ facts: [fact] })).toEqual([400, 'invalid_body', '/facts/0/key', 'string']);
    expect((await post({ facts: [{ ...fact, key: 'spring-2024' }] }))[0]).toBe(200);
  });
});
