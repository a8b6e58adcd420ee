import type { Day } from '../../src/events/learning_types.ts';
import { addPeriod } from '../../src/learning/days.ts';
import { chanceOf, latest, shifted } from './chance.ts';
import type { Life } from './life.ts';
import { type DemoRequest, post } from './request.ts';
import { ssafeAt } from './world.ts';

const AUTHORITY = 'Training unit';
const ELSEWHERE = ['ethics', 'fraud', 'gender', 'respect'];
const DOCUMENT = { contentType: 'text/plain', base64: btoa('A certificate, as it was handed in.') };

/** Certificates that a person handed in, and what became of each; `late`: it was decided long after. */
export function certificatesOf(life: Life, seed: number, today: Day): { request: DemoRequest; late: boolean }[] {
  const chance = chanceOf(seed + 4, life.number);
  const entry = life.assignments[0]!.from;
  const yesterday = shifted(today, -1);
  const submitted = (body: { completed: Day; course: string; issuer: string; expires?: Day }) => {
    if (body.completed > yesterday) return [];
    const path = `/api/learners/${life.person}/certificates`;
    const evidence = chance.happens(0.5) ? [DOCUMENT] : [];
    const fate = chance.number(1, 100);
    const verified = post('/api/certificates/{revision}/verify', { authority: AUTHORITY });
    const refused = post('/api/certificates/{revision}/refuse', {
      authority: AUTHORITY,
      reason: 'The issuer does not know the number.',
    });
    const then = fate <= 80 ? verified : fate <= 88 ? refused : undefined;
    const number = `${body.completed.slice(0, 4)}-${life.number}`;
    return [{ request: post(path, { ...body, number, evidence }, then), late: fate > 70 && fate <= 80 }];
  };
  const station = life.assignments.at(-1)!.stations.at(-1)!;
  const security = { course: 'ssafe', issuer: `Security office, ${station.value}` };
  const ssafe = () => {
    // Of some it ends soon.
    const isOld = life.number % 3 === 0;
    const recent = latest(shifted(station.from, -chance.number(1, 40)), shifted(today, -chance.number(40, 1_000)));
    const completed = isOld ? shifted(addPeriod(today, 'P3Y', -1), chance.number(2, 60)) : recent;
    return submitted({ ...security, completed, expires: addPeriod(completed, 'P3Y') });
  };
  const elsewhere = () =>
    submitted({
      course: chance.one(ELSEWHERE),
      issuer: 'An institute outside',
      completed: latest('2022-09-01', shifted(entry, -chance.number(10, 300))),
    });
  return [
    ...(ssafeAt(station.value, today) !== undefined && chance.happens(0.4) ? ssafe() : []),
    ...(chance.happens(0.04) ? elsewhere() : []),
  ];
}
