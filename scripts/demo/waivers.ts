import type { Day } from '../../src/events/learning_types.ts';
import { shifted } from './chance.ts';
import { currentOf, type Life } from './life.ts';
import { type DemoRequest, put } from './request.ts';
import { HOME } from './world.ts';

const COMMON = ['ethics', 'gender', 'infosec', 'infosec-assessment', 'fraud', 'psea', 'records', 'respect', 'bsafe'];
const OFFICE = 'Office of human resources';

/** Who need not, and who has more time: those on leave, newcomers, groups. */
export function waiverRequests(lives: readonly Life[], today: Day): DemoRequest[] {
  return [...leaves(lives, today), ...extensions(lives, today), ...groups(today)];
}

function leaves(lives: readonly Life[], today: Day): DemoRequest[] {
  return lives.flatMap((life) => {
    const { absence, person } = life;
    const { agency } = currentOf(life, today) ?? {};
    if (absence === undefined || agency === undefined) return [];
    return put(`/api/waivers/leave-${person}`, {
      requirements: COMMON,
      agency,
      persons: [person],
      ...absence,
      reason: 'On parental leave.',
      grantedBy: OFFICE,
    });
  });
}

/** Newcomers of an agency have a month more. */
function extensions(lives: readonly Life[], today: Day): DemoRequest[] {
  const newcomers = lives.flatMap((life) => {
    const { agency, from } = currentOf(life, today) ?? { from: '' };
    return agency !== undefined && from > shifted(today, -60) ? [{ agency, person: life.person }] : [];
  });
  return [...Map.groupBy(newcomers, ({ agency }) => agency)].map(([agency, those]) =>
    put(`/api/waivers/newcomers-${agency}`, {
      requirements: COMMON,
      agency,
      persons: those.map(({ person }) => person),
      from: shifted(today, -60),
      extendsTo: shifted(today, 30),
      reason: 'Time to settle in.',
      grantedBy: OFFICE,
    }),
  );
}

function groups(today: Day): DemoRequest[] {
  return [
    put('/api/waivers/uniformed-records', {
      requirements: ['records'],
      agency: HOME,
      group: { fact: 'category', equals: 'uniformed' },
      from: shifted(today, -500),
      reason: 'Their records are kept by their own services.',
      grantedBy: OFFICE,
    }),
    put('/api/waivers/suva-without-network', {
      requirements: ['infosec-assessment'],
      group: { fact: 'dutyStation', equals: 'suva' },
      from: shifted(today, -700),
      to: shifted(today, -500),
      reason: 'The office was without a network.',
      grantedBy: OFFICE,
    }),
  ];
}
