import { type Asking, withQuery } from './client.ts';
import { anIdentified, aVoidingOf, type Posted, refTo, STATEMENTS } from './statements.ts';

const LEARNERS = [1, 2, 3].map((number) => ({ mbox: `mailto:learner-${number}@example.org` }));
const COURSES = [1, 2].map((number) => ({
  id: `https://example.org/courses/${number}`,
  definition: { name: { en: `Course ${number}` } },
}));
const VERBS = ['experienced', 'completed'].map((name) => ({ id: `http://adlnet.gov/expapi/verbs/${name}` }));
const REGISTRATION = '5c1ab1c1-7c1d-4f6e-9a3e-0d4b3c2a1f00';
const STATE = { activityId: COURSES[0]!.id, agent: LEARNERS[0], stateId: 'bookmark' };

/** Everything that can be asked of what `fill` stores. */
const QUESTIONS = [
  withQuery(STATEMENTS, { ascending: true }),
  withQuery(STATEMENTS, { agent: LEARNERS[0] }),
  withQuery(STATEMENTS, { agent: LEARNERS[2], related_agents: true }),
  withQuery(STATEMENTS, { verb: VERBS[1]!.id }),
  withQuery(STATEMENTS, { activity: COURSES[0]!.id }),
  withQuery(STATEMENTS, { activity: COURSES[1]!.id, related_activities: true, limit: 7 }),
  withQuery(STATEMENTS, { registration: REGISTRATION }),
  withQuery('/xapi/activities', { activityId: COURSES[0]!.id }),
  withQuery('/xapi/activities/state', STATE),
  ...LEARNERS.map(({ mbox }) => `/api/learners/${encodeURIComponent(mbox)}/history?voided=include&limit=1000`),
];

/**
 * Stores `count` statements of every sort (references, voidings, contexts, definitions), batch by batch, and a
 * document.
 */
export async function fill(asking: Asking, count: number): Promise<void> {
  let batch: Posted[] = [];
  for (let i = 0; i < count; i++) {
    const before = batch.at(-1)?.id;
    batch.push(i % 10 === 9 ? aReference(before, i) : aPlainStatement(i));
    if (batch.length < 100 && i < count - 1) continue;
    await must(asking, STATEMENTS, { body: batch });
    batch = [];
  }
  await must(asking, withQuery('/xapi/activities/state', STATE), { method: 'PUT', body: { page: count } });
}

/** The answers to all questions, question by question. @throws when one is refused */
export async function answersOf(asking: Asking): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const question of QUESTIONS) answers.set(question, (await must(asking, question)).text);
  return answers;
}

function aPlainStatement(i: number): Posted {
  return anIdentified({
    actor: LEARNERS[i % 3],
    verb: VERBS[i % 2],
    object: COURSES[i % 2],
    timestamp: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(),
    context: {
      instructor: LEARNERS[(i + 1) % 3],
      contextActivities: { parent: [COURSES[(i + 1) % 2]] },
      ...(i % 4 === 0 ? { registration: REGISTRATION } : {}),
    },
  });
}

/** A statement that refers to the one before it, or voids it. */
function aReference(id: string, i: number): Posted {
  return i % 20 === 9 ? aVoidingOf(id) : anIdentified({ actor: LEARNERS[2], object: refTo(id) });
}

async function must(asking: Asking, ...asked: Parameters<Asking['ask']>) {
  const answer = await asking.ask(...asked);
  if (answer.status >= 300) throw new Error(`${asked[0]}: ${answer.status} ${answer.text}`);
  return answer;
}
