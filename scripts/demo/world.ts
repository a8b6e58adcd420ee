import type { AgencyDeclared, CourseDeclared, Day, Fact } from '../../src/events/learning_types.ts';
import { shifted } from './chance.ts';

/** The agency of the example policy in which most people are. */
export const HOME = 'secretariat';

/** Beside those of the example policy. */
export const MORE_AGENCIES: readonly AgencyDeclared[] = [
  { agency: 'agency-c', name: 'Agency C', zone: 'Europe/Vienna' },
  { agency: 'agency-d', name: 'Agency D', zone: 'Asia/Bangkok' },
  { agency: 'agency-e', name: 'Agency E', zone: 'America/Santiago' },
  { agency: 'agency-f', name: 'Agency F', zone: 'Africa/Addis_Ababa' },
  { agency: 'agency-g', name: 'Agency G', zone: 'Asia/Beirut' },
  { agency: 'agency-h', name: 'Agency H', zone: 'Europe/Rome' },
  { agency: 'agency-i', name: 'Agency I', zone: 'Asia/Kathmandu' },
];

/** All agencies with people, those with many first. */
export const AGENCIES: readonly string[] = [HOME, 'agency-a', 'agency-b', ...MORE_AGENCIES.map(({ agency }) => agency)];

const OFFICES = [
  ['new-york', 'geneva', 'nairobi', 'vienna', 'addis-ababa', 'bangkok', 'beirut', 'santiago', 'rome', 'the-hague'],
  ['brindisi', 'entebbe', 'dakar', 'amman', 'cairo', 'panama-city', 'kathmandu', 'jakarta', 'tashkent', 'apia', 'suva'],
].flat();

export const MISSIONS = [...'abcdefgh'].map((letter) => `mission-${letter}`);

/** Where people serve: 29 duty stations, those with many people first. */
export const STATIONS: readonly string[] = [...OFFICES.slice(0, 8), ...MISSIONS, ...OFFICES.slice(8)];

export const inductionOf = (mission: string) => `induction-${mission}`;

/** The inductions of those missions of which the example policy has none. */
export const MORE_COURSES: readonly CourseDeclared[] = MISSIONS.slice(2).map((mission) => ({
  course: inductionOf(mission),
  title: `Mission-specific induction (${mission.replace('-', ' ')})`,
  editions: [],
  completion: [
    {
      platforms: ['inspira'],
      verbs: ['http://adlnet.gov/expapi/verbs/attended'],
      activities: [`https://lms.example.org/course/${inductionOf(mission)}`],
    },
  ],
  taken: [{ mode: 'in-person' }],
  mandate: 'Code Cable 0632 of 20 March 2009',
}));

/** When a duty station requires SSAFE; undefined where it never did. */
export function ssafeAt(station: string, today: Day): { readonly from: Day; readonly to?: Day } | undefined {
  const mission = MISSIONS.indexOf(station);
  // One mission requires it only from soon on, and two offices did not always, or do not any more.
  if (mission === MISSIONS.length - 1) return { from: shifted(today, 40) };
  if (mission >= 0) return { from: shifted('2015-01-01', mission * 200) };
  if (station === 'nairobi') return { from: '2018-03-01', to: shifted(today, -150) };
  if (station === 'beirut') return { from: shifted(today, -200) };
  return undefined;
}

/** What is so of the duty stations, and since when. */
export function placeFacts(today: Day): Fact[] {
  return STATIONS.flatMap((place) => {
    const mission = MISSIONS.includes(place);
    const peacekeeping: Fact = { place, name: 'peacekeeping', value: mission, from: '2009-03-20' };
    const induction: Fact = { place, name: 'induction', value: inductionOf(place), from: '2009-03-20' };
    const ssafe = ssafeAt(place, today);
    const required: Fact[] = ssafe ? [{ place, name: 'requires', key: 'ssafe', value: true, ...ssafe }] : [];
    return [peacekeeping, ...(mission ? [induction] : []), ...required];
  });
}
