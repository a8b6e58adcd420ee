import type { RequirementDeclared, WaiverGranted } from '../events/compliance_types.ts';
import { compileCatalogue } from '../learning/catalogue.ts';
import { dayBefore, LAST_DAY } from '../learning/days.ts';
import type { Policy, Versioned } from '../learning/model.ts';
import type { ComplianceDeclared, CompliancePolicy, Terms } from './model.ts';

/** Makes what is declared ready to be evaluated. @param catalogue of the same policy, where it is compiled already */
export function compileCompliance(
  policy: Policy,
  declared: ComplianceDeclared,
  catalogue = compileCatalogue(policy),
): CompliancePolicy {
  const waivers = new Map<
    string,
    { ofGroups: Versioned<WaiverGranted>[]; byPerson: Map<string, Versioned<WaiverGranted>[]> }
  >();
  for (const waiver of declared.waivers.values()) {
    for (const requirement of waiver.data.requirements) {
      const { ofGroups, byPerson } = waivers.getOrInsertComputed(requirement, () => ({
        ofGroups: [],
        byPerson: new Map(),
      }));
      if (waiver.data.persons === undefined) ofGroups.push(waiver);
      for (const person of waiver.data.persons ?? []) byPerson.getOrInsertComputed(person, () => []).push(waiver);
    }
  }
  return {
    policy,
    catalogue,
    declared,
    terms: new Map(Array.from(declared.requirements, ([id, versions]) => [id, termsOf(versions)])),
    ranks: new Map(
      Array.from(declared.ladders, ([id, { data }]) => [id, new Map(data.ranks.map((rank, i) => [rank, i]))]),
    ),
    waivers,
  };
}

/** Each declaration is in force until the day before the next; of one first day the last declaration alone is. */
function termsOf(versions: readonly Versioned<RequirementDeclared>[]): Terms[] {
  const byFrom = new Map<string, Versioned<RequirementDeclared>>();
  for (const one of versions.toSorted((a, b) => a.revision - b.revision)) byFrom.set(one.data.from, one);
  const inOrder = [...byFrom.values()].sort((a, b) => (a.data.from < b.data.from ? -1 : 1));
  return inOrder.map((one, i) => {
    const next = inOrder[i + 1];
    const to = one.data.to ?? LAST_DAY;
    const last = next === undefined ? LAST_DAY : dayBefore(next.data.from);
    return { ...one, from: one.data.from, to: to < last ? to : last };
  });
}
