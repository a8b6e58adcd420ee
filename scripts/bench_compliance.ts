import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { progressBar } from './progress.ts';

const USAGE = `Usage: npm run bench:compliance [-- --people N] [--statements N] [--port N]

Measures counts, lists and other answers about everybody's compliance, at several days and revisions; how long a
change of policy that touches everybody takes in the background; and the posts and queries meanwhile, beside quiet
ones. The machine should be quiet.

  --people N      how many persons there are, each with one linked account (100000)
  --statements N  how many statements they have together (2000000)
  --port N        a free port (18091)`;

const FACTS_A_REQUEST = 5_000;
const BATCH = 50;
const COURSES = 40;
const REQUIREMENTS = 20;
const AGENCIES = 20;
const STATIONS = 30;
const GRADES = ['P2', 'P3', 'P4', 'P5', 'D1'];
const options = peopleOptions(USAGE, '18091');
const people = population(options?.people ?? 1);

const get = (path: string) => request('GET', path, HEADERS);
const address = (path: string) => `http://127.0.0.1:${options!.port}${path}`;

async function ask(path: string): Promise<{ knownAt: number; requirements: unknown[] }> {
  const answer = await fetch(address(path), { headers: HEADERS });
  if (answer.status === 503) return { knownAt: -1, requirements: [] };
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { knownAt: number; requirements: unknown[] };
}

function requirement(i: number) {
  return {
    title: `Requirement ${i}`,
    from: '2015-01-01',
    appliesTo: i % 2 === 0 ? { fact: 'grade', in: ['P3', 'P4', 'P5'] } : { all: [] },
    satisfiedBy:
      i % 4 === 0 ? { any: [{ course: `course-${i}` }, { course: `course-${i + 20}` }] } : { course: `course-${i}` },
    ...(i % 5 === 0 ? { recurrence: { yearly: '04-01' } } : i % 5 === 1 ? { recurrence: { every: 'P2Y' } } : {}),
    timeToComply: { within: 'P6M' },
  };
}

async function declare(port: number): Promise<void> {
  const verbs = ['completed', 'passed'].map((verb) => `http://adlnet.gov/expapi/verbs/${verb}`);
  const requests = [
    send('PUT', '/api/platforms/lms', {
      name: 'LMS',
      authorities: [AUTHORITY],
    }),
    ...Array.from({ length: AGENCIES }, (_, i) =>
      send('PUT', `/api/agencies/agency-${i}`, { name: `Agency ${i}`, zone: 'Europe/Vienna' }),
    ),
    ...Array.from({ length: COURSES }, (_, i) => {
      const activities = Array.from({ length: 20 }, (_, module) => `${people.course(i)}/module/${module}`);
      const completion = [{ platforms: ['lms'], verbs, activities }];
      return send('PUT', `/api/courses/course-${i}`, {
        title: `Course ${i}`,
        editions: [],
        completion,
        validity: 'P3Y',
      });
    }),
    ...Array.from({ length: 10 }, (_, i) =>
      send('PUT', `/api/equivalences/decision-${i}`, {
        effect: 'counts',
        sources: [{ course: `course-${i + 20}`, maxAge: 'P2Y' }],
        target: `course-${i}`,
        from: '2020-01-01',
        basis: { document: `Memo ${i}` },
        decidedBy: 'Board',
      }),
    ),
    ...Array.from({ length: REQUIREMENTS }, (_, i) =>
      send('PUT', `/api/requirements/requirement-${i}`, requirement(i)),
    ),
  ];
  await load(port, 1, requests.length, (i) => requests[i]!);
}

async function hire(port: number, persons: number): Promise<void> {
  const facts = Array.from({ length: persons }, (_, i) => {
    const fact = { person: `P-${i}`, agency: `agency-${i % AGENCIES}`, from: '2018-01-01' };
    return [
      { ...fact, name: 'assigned', value: true },
      { ...fact, name: 'grade', value: GRADES[i % GRADES.length] },
      { ...fact, name: 'dutyStation', value: `station-${i % STATIONS}` },
      { ...fact, name: 'category', value: 'staff' },
    ];
  }).flat();
  const pages = Math.ceil(facts.length / FACTS_A_REQUEST);
  await sendAll(port, 'Roster', 1, pages, (i) =>
    send('POST', '/api/roster', { facts: facts.slice(i * FACTS_A_REQUEST, (i + 1) * FACTS_A_REQUEST) }),
  );
  await sendAll(port, 'Links', 64, persons, (i) =>
    send('POST', '/api/links', { account: `account:${HOME_PAGE}|learner-${i}`, person: `P-${i}` }),
  );
}

/** Waits until everything that is in the ledger is worked out. @returns seconds */
async function workedOut(): Promise<number> {
  const started = performance.now();
  const bar = progressBar('Working out statuses', 'seconds');
  const { revision } = (await (
    await fetch(address('/api/links'), {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify({ account: `account:${HOME_PAGE}|mark-${started}`, person: 'P-0' }),
    })
  ).json()) as { revision: number };
  for (;;) {
    const { knownAt } = await ask('/api/agencies/agency-0/compliance');
    if (knownAt >= revision) break;
    bar.update(Math.round((performance.now() - started) / 1000), 0);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  bar.stop();
  return (performance.now() - started) / 1000;
}

/** Waits until it is worked out what was known at every revision before. @returns seconds */
async function pastWorkedOut(): Promise<number> {
  const started = performance.now();
  const bar = progressBar('Working out the past', 'seconds');
  for (;;) {
    const metrics = await (await fetch(address('/metrics'), { headers: HEADERS })).text();
    if (/^ledgerline_statuses_gap_events 0$/m.test(metrics)) break;
    bar.update(Math.round((performance.now() - started) / 1000), 0);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  bar.stop();
  return (performance.now() - started) / 1000;
}

async function timed(what: string, path: string, times = 20): Promise<void> {
  const latencies: number[] = [];
  for (let i = 0; i < times + 2; i++) {
    const started = performance.now();
    const answer = await fetch(address(path), { headers: HEADERS });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    if (i >= 2) latencies.push(performance.now() - started);
  }
  latencies.sort((a, b) => a - b);
  console.log(`${what}: p50 ${percentile(latencies, 0.5).toFixed(1)} ms, max ${latencies.at(-1)!.toFixed(1)} ms`);
}

const post = (i: number) => send('POST', '/xapi/statements', JSON.parse(people.statement(50_000_000 + i)));
const learner = (i: number) => get(`/api/learners/P-${(i * 7919) % options!.people}/compliance?asOf=2025-12-31`);

async function bench({ people: persons, statements, port }: PeopleOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-bench-'));
  try {
    const store = await startStore(port, join(folder, 'data'));
    await declare(port);
    await hire(port, persons);
    await sendAll(port, 'Statements', 8, statements / BATCH, (i) => {
      const texts = Array.from({ length: BATCH }, (_, j) => people.statement(i * BATCH + j));
      return request('POST', '/xapi/statements', HEADERS, `[${texts.join(',')}]`);
    });
    await ask('/api/agencies/agency-0/compliance');
    console.log(`everybody worked out anew: ${(await workedOut()).toFixed(1)} s`);
    console.log(`and as known at every revision before: ${(await pastWorkedOut()).toFixed(1)} s more`);
    const before = (await ask('/api/agencies/agency-0/compliance')).knownAt;
    await timed('counts of everybody', '/api/compliance?asOf=2025-12-31');
    await timed('counts of everybody by duty station', '/api/compliance?asOf=2024-06-30&by=dutyStation');
    await timed('counts of an agency', '/api/agencies/agency-1/compliance?asOf=2026-04-01&by=grade');
    await timed('list of an agency, NDJSON', '/api/agencies/agency-1/compliance/list?asOf=2025-12-31&format=ndjson', 5);
    await timed(
      'list of an agency by one requirement, NDJSON',
      '/api/agencies/agency-1/compliance/list?asOf=2025-12-31&requirement=requirement-1&format=ndjson',
      5,
    );
    await timed(
      'page of 1000 of an agency',
      '/api/agencies/agency-1/compliance/list?asOf=2025-12-31&status=overdue,due&limit=1000',
      5,
    );
    const middle = Math.round(before / 2);
    await timed('counts of everybody, as known in the middle', `/api/compliance?asOf=2025-12-31&knownAt=${middle}`);
    await timed(
      'list of an agency as known in the middle, NDJSON',
      `/api/agencies/agency-1/compliance/list?asOf=2025-12-31&format=ndjson&knownAt=${middle}`,
      5,
    );
    await timed(
      'trend of an agency over a year',
      '/api/agencies/agency-1/compliance/trend?from=2025-01-01&to=2025-12-31',
      5,
    );
    const quiet = await load(port, 4, 2000, (i) => (i % 2 === 0 ? post(i) : learner(i)));
    console.log(
      `one post and one learner's compliance in turn, quiet: p50 ${percentile(quiet.latencies, 0.5).toFixed(1)} ms, p99 ${percentile(quiet.latencies, 0.99).toFixed(1)} ms`,
    );
    await workedOut();
    await load(port, 1, 1, () =>
      send('PUT', '/api/requirements/requirement-1', { ...requirement(1), timeToComply: { within: 'P1M' } }),
    );
    const done = workedOut();
    let isDone = false;
    done.finally(() => {
      isDone = true;
    });
    const latencies: number[] = [];
    for (let i = 0; !isDone; i++)
      latencies.push(
        ...(await load(port, 4, 200, (j) => (j % 2 === 0 ? post(i * 200 + j + 10_000) : learner(i * 200 + j))))
          .latencies,
      );
    latencies.sort((a, b) => a - b);
    console.log(
      `a requirement of everybody changed: worked out after ${(await done).toFixed(1)} s; posts and learners meanwhile: p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms`,
    );
    await timed('counts of everybody, as known before', `/api/compliance?asOf=2025-12-31&knownAt=${before}`);
    await timed('counts of everybody', '/api/compliance?asOf=2025-12-31');
    console.log(`peak memory: ${store.peakMemory()} MiB`);
    await store.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (options !== undefined) await bench(options);
