import { policyOf, requirement, course, fact, assigned, completed, recordOf, known, PERSON, equivalence } from './given.ts';
import { evaluate, placeBooks } from '../../src/compliance/evaluate.ts';
const courses = Array.from({ length: 40 }, (_, i) => course(`c${i}`, i % 3 === 0 ? { validity: 'P3Y' } : {}));
const requirements = Array.from({ length: 20 }, (_, i) => requirement({
  requirement: `r${i}`, from: '2015-01-01',
  appliesTo: i % 2 === 0 ? { all: [{ fact: 'category', equals: 'staff' }, { fact: 'grade', in: ['P3', 'P4'] }] } : { all: [] },
  satisfiedBy: i % 4 === 0 ? { any: [{ course: `c${i}` }, { course: `c${i + 20}` }] } : { course: `c${i}` },
  ...(i % 5 === 0 ? { recurrence: { yearly: '04-01' } } : i % 5 === 1 ? { recurrence: { every: 'P2Y' } } : {}),
  timeToComply: { within: 'P6M' },
}));
const decisions = Array.from({ length: 10 }, (_, i) => ({ revision: 5, version: 1, revoked: undefined, data: equivalence({ decision: `d${i}`, sources: [{ course: `c${i + 20}`, maxAge: 'P5Y' }], target: `c${i}` }) }));
const policy = policyOf({ courses, requirements, decisions });
const facts = known([assigned('2018-01-01'), fact('category', 'staff', '2018-01-01'), fact('grade', 'P3', '2018-01-01'), fact('grade', 'P4', '2021-03-01'), fact('dutyStation', 'vienna', '2018-01-01'), fact('dutyStation', 'geneva', '2022-06-01')]);
let seed = 7; const rnd = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
const persons = Array.from({ length: 300 }, () => ({ persons: [PERSON], facts, record: recordOf(Array.from({ length: 20 }, () => completed(`c${Math.floor(rnd() * 40)}`, `20${18 + Math.floor(rnd() * 8)}-0${1 + Math.floor(rnd() * 9)}-1${Math.floor(rnd() * 9)}`))) }));
const places = placeBooks(() => []);
for (let r = 0; r < 4; r++) {
  const t = performance.now(); let n = 0;
  for (const p of persons) for (const m of evaluate(p as any, policy, places).values()) for (const i of m.values()) n += i.length;
  console.log(((performance.now() - t) / persons.length).toFixed(3), 'ms a person', n / persons.length, 'intervals');
}
