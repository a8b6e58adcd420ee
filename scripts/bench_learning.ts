import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BareAppend, SENT_COLUMNS, sentRow } from './bench/bare_append.ts';
import { load, percentile, request } from './bench/client.ts';
import {
  AUTHORITY,
  HEADERS,
  HOME_PAGE,
  type PeopleOptions,
  peopleOptions,
  send,
  sendAll,
} from './bench/people_load.ts';
import { population } from './bench/population.ts';
import { startStore } from './bench/processes.ts';

const USAGE = `Usage: npm run bench:learning [-- --people N] [--statements N] [--port N]

Measures roster import beside a bare append of the same bytes, linking an account with
5,000 statements, and the certificates of one person with reasons. The machine should be quiet.

  --people N      how many persons there are, each with one linked account (100000)
  --statements N  how many statements they have together (2000000)
  --port N        a free port (18090)`;

const FACTS_A_REQUEST = 5_000;
const BATCH = 50;
const COURSES = 200;
const DECISIONS = 200;
const HEAVY_ACCOUNTS = 10;
const HEAVY_STATEMENTS = 5_000;
const ASKED = 2_000;
const options = peopleOptions(USAGE, '18090');
const people = population(options?.people ?? 1);

async function declare(port: number): Promise<void> {
  const requests = [
    send('PUT', '/api/agencies/agency-a', { name: 'Agency A', zone: 'Europe/Vienna' }),
    send('PUT', '/api/platforms/lms', {
      name: 'LMS',
      authorities: [AUTHORITY],
    }),
  ];
  const verbs = ['completed', 'passed'].map((verb) => `http://adlnet.gov/expapi/verbs/${verb}`);
  for (let i = 0; i < COURSES; i++) {
    const activities = Array.from({ length: 20 }, (_, module) => `${people.course(i)}/module/${module}`);
    const completion = [{ platforms: ['lms'], verbs, activities }];
    requests.push(
      send('PUT', `/api/courses/course-${i}`, { title: `Course ${i}`, editions: [], completion, validity: 'P3Y' }),
    );
  }
  for (let i = 0; i < DECISIONS; i++) {
    requests.push(
      send('PUT', `/api/equivalences/decision-${i}`, {
        agency: 'agency-a',
        ...(i % 5 === 0 ? { effect: 'does-not-count', reason: 'The content differs' } : { effect: 'counts' }),
        sources: [{ course: `course-${i % COURSES}`, maxAge: 'P2Y' }],
        target: `course-${(i * 7 + 1) % COURSES}`,
        from: '2020-01-01',
        basis: { document: `Memo ${i}` },
        decidedBy: 'Board',
      }),
    );
  }
  await load(port, 1, requests.length, (i) => requests[i]!);
}

async function roster(port: number, folder: string, persons: number): Promise<void> {
  const facts = Array.from({ length: persons }, (_, i) => [
    { person: `P-${i}`, agency: 'agency-a', name: 'assigned', value: true, from: '2020-01-01' },
    { person: `P-${i}`, agency: 'agency-a', name: 'grade', value: `P${i % 5}`, from: '2020-01-01' },
  ]);
  const rows = facts.map((ofPerson, i) => sentRow(JSON.stringify(ofPerson), i));
  const bare = new BareAppend(join(folder, 'bare.sqlite'), SENT_COLUMNS).append(rows, BATCH);
  const all = facts.flat();
  const requests = Array.from({ length: Math.ceil(all.length / FACTS_A_REQUEST) }, (_, i) =>
    send('POST', '/api/roster', { facts: all.slice(i * FACTS_A_REQUEST, (i + 1) * FACTS_A_REQUEST) }),
  );
  const { seconds } = await sendAll(port, 'Roster', 1, requests.length, (i) => requests[i]!);
  const rate = persons / seconds;
  console.log(
    `roster import: ${Math.round(rate)} people/s (2 facts each), bare append ${Math.round(bare)} rows/s of the same bytes, ratio ${(rate / bare).toFixed(2)}`,
  );
}

const link = (account: string, person: string) =>
  send('POST', '/api/links', { account: `account:${HOME_PAGE}|${account}`, person });

async function heavyAccounts(port: number): Promise<void> {
  const count = HEAVY_ACCOUNTS * HEAVY_STATEMENTS;
  const statement = (i: number) => ({
    ...JSON.parse(people.statement(10_000_000 + i)),
    actor: { account: { homePage: HOME_PAGE, name: `heavy-${i % HEAVY_ACCOUNTS}` } },
  });
  await sendAll(port, 'Accounts with 5,000 statements', 8, count / BATCH, (i) =>
    send(
      'POST',
      '/xapi/statements',
      Array.from({ length: BATCH }, (_, j) => statement(i * BATCH + j)),
    ),
  );
  // A reader that was not asked for long first takes in what is not merged yet: that is no part of a link's price.
  await load(port, 1, 1, () => certificates(HEAVY_ACCOUNTS));
  const linking = await load(port, 1, HEAVY_ACCOUNTS, (i) => link(`heavy-${i}`, `P-${i}`));
  const asking = await load(port, 1, HEAVY_ACCOUNTS, (i) => certificates(i));
  console.log(
    `linking an account with ${HEAVY_STATEMENTS} statements: at most ${linking.latencies.at(-1)!.toFixed(1)} ms; the certificates after it: at most ${asking.latencies.at(-1)!.toFixed(1)} ms`,
  );
}

const certificates = (person: number) =>
  request('GET', `/api/learners/P-${person}/certificates?recognisedBy=agency-a&asOf=2025-12-31`, HEADERS);

async function bench({ people: persons, statements, port }: PeopleOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-bench-'));
  try {
    const store = await startStore(port, join(folder, 'data'));
    await declare(port);
    await roster(port, folder, persons);
    const links = await sendAll(port, 'Links', 64, persons, (i) => link(`learner-${i}`, `P-${i}`));
    console.log(`links, one a request, 64 connections: ${Math.round(persons / links.seconds)} /s`);
    await sendAll(port, 'Statements', 8, statements / BATCH, (i) => {
      const texts = Array.from({ length: BATCH }, (_, j) => people.statement(i * BATCH + j));
      return request('POST', '/xapi/statements', HEADERS, `[${texts.join(',')}]`);
    });
    await heavyAccounts(port);
    const spread = (i: number) => HEAVY_ACCOUNTS + ((i * 7_919) % (persons - HEAVY_ACCOUNTS));
    await load(port, 1, ASKED / 10, (i) => certificates(spread(i + ASKED)));
    const { latencies } = await load(port, 1, ASKED, (i) => certificates(spread(i)));
    const [p50, p99] = [0.5, 0.99].map((share) => percentile(latencies, share).toFixed(2));
    console.log(
      `certificates of one person with reasons, ${persons} people, ${statements} statements: p50 ${p50} ms, p99 ${p99} ms`,
    );
    console.log(`peak memory: ${store.peakMemory()} MiB`);
    await store.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (options !== undefined) await bench(options);
