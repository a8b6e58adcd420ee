import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameOf, readPolicy } from '../../scripts/policy/files.ts';
import { runScript } from '../support/run_script.ts';
import { KEY, SECRET, startTestStore, type TestStore } from '../support/store.ts';

const FOLDER = join(import.meta.dirname, '../../scripts/policy/mandatory-learning');
const { declarations } = await readPolicy(FOLDER);
const requirements = declarations.flatMap((one) => (one.kind === 'requirements' ? [one] : []));

/** Every row of both tables, by the requirement, the day from which on it is as it is, and what satisfies. */
const ROWS: Readonly<Record<string, unknown>> = {
  'bsafe from 2019-06-01': { course: 'bsafe' },
  'ethics from 2015-01-01': { course: 'ethics' },
  'gender from 2015-01-01': { course: 'gender' },
  'infosec from 2015-01-01': { course: 'infosec' },
  'infosec-assessment from 2015-01-01': {
    all: [{ course: 'infosec', recurs: false }, { course: 'infosec-assessment' }],
    ordered: true,
  },
  'fraud from 2015-01-01': { course: 'fraud' },
  'psea from 2015-01-01': { course: 'psea-1' },
  'psea from 2023-02-01': { course: 'psea' },
  'records from 2023-07-01': { course: 'records' },
  'human-rights from 2015-01-01': {
    all: [
      {
        when: { fact: 'jobNetwork', in: ['DEVNET', 'INFONET', 'LEGALNET', 'POLNET'] },
        needs: { course: 'human-rights-2302' },
      },
      {
        when: { fact: 'jobNetwork', in: ['ITECNET', 'LOGNET', 'MAGNET', 'SCINET', 'SAFETYNET'] },
        needs: { course: 'human-rights-2299' },
      },
    ],
  },
  'respect from 2022-08-01': { course: 'respect' },
  'performance-management from 2015-01-01': { course: 'performance-management' },
  'psea-managers from 2023-02-01': { course: 'psea-managers' },
  'psea-commanders from 2023-02-01': { course: 'psea-commanders' },
  'respect-managers from 2022-08-01': { course: 'respect-managers' },
  'leaders-programme from 2015-01-01': { course: 'leaders-programme' },
  'interviewing from 2015-01-01': { course: 'interviewing' },
  'procurement from 2015-01-01': {
    all: ['fundamentals', 'ethics', 'best-value', 'manual'].map((part) => ({ course: `procurement-${part}` })),
  },
  'induction from 2009-03-20': { boundTo: 'dutyStation', course: 'induction' },
  'ssafe from 2015-01-01': { course: 'ssafe' },
  'cpt from 2015-01-01': { all: [{ course: 'cpt-online' }, { course: 'cpt-residential' }] },
  'senior-leadership from 2015-01-01': { course: 'senior-leadership' },
};

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const load = () =>
  runScript('policy', [FOLDER, '--url', store.address], { LEDGERLINE_KEY: KEY, LEDGERLINE_SECRET: SECRET });

describe('the requirements of the mandatory learning', () => {
  it('are those of the tables', () => {
    expect(Object.fromEntries(requirements.map((one) => [nameOf(one), one.data.satisfiedBy]))).toEqual(ROWS);
  });

  it('recur and have time as the page says', () => {
    const timed = requirements.flatMap(({ id, data: { recurrence, timeToComply } }) =>
      recurrence || timeToComply ? [[id, recurrence ?? timeToComply]] : [],
    );
    expect(Object.fromEntries(timed)).toEqual({
      'infosec-assessment': { yearly: '04-01' },
      cpt: { before: 'deployment' },
      'senior-leadership': { within: 'P6M', anchor: 'appointment' },
    });
  });

  it('on human rights is one, for all job networks that need one of its courses', () => {
    const { appliesTo, satisfiedBy } = requirements.find(({ id }) => id === 'human-rights')!.data;
    const courses = 'all' in satisfiedBy ? satisfiedBy.all : [];
    const networks = courses.map((one) => ('when' in one && 'fact' in one.when ? one.when.in : []));
    expect(appliesTo).toEqual({ fact: 'jobNetwork', in: networks.flat() });
  });

  it('are taken by a store, with paths and programmes; loaded twice, nothing changes', async () => {
    const first = await load();
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(new RegExp(`${declarations.length} declared, 0 unchanged, 0 refused\n$`));
    const second = await load();
    expect(second.out).toMatch(new RegExp(`0 declared, ${declarations.length} unchanged, 0 refused\n$`));
  });

  it('of psea are two, one after the other', async () => {
    const inForce = async (asOf: string) => {
      const { json } = await store.ask(`/api/requirements?asOf=${asOf}`);
      return json.requirements.find((one: { requirement: string }) => one.requirement === 'psea');
    };
    expect(await inForce('2023-01-31')).toMatchObject({
      satisfiedBy: { course: 'psea-1' },
      inForce: { from: '2015-01-01', to: '2023-01-31' },
    });
    expect(await inForce('2023-02-01')).toMatchObject({
      satisfiedBy: { course: 'psea' },
      inForce: { from: '2023-02-01', to: null },
    });
  });
});
