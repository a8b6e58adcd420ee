import type { Violation } from './grammar.ts';
import { pointerSegment } from './json_pointer.ts';
import {
  type Activity,
  type ActivityDefinition,
  type Actor,
  COMPONENT_LISTS,
  CONTEXT_ACTIVITY_KEYS,
  type ContextActivities,
  type InteractionComponent,
  type InteractionType,
  isActivity,
  isVoiding,
  type Score,
  type Statement,
  type SubStatement,
} from './statement.ts';

/** Which interactions have which lists of components (Data 2.4.4.1); those that are not named here have none. */
const SUPPORTED_LISTS: Partial<Record<InteractionType, readonly (typeof COMPONENT_LISTS)[number][]>> = {
  choice: ['choices'],
  sequencing: ['choices'],
  likert: ['scale'],
  matching: ['source', 'target'],
  performance: ['steps'],
};

/**
 * What the schemas cannot say about a statement that satisfies them.
 * @returns the first broken rule, `undefined` when none is
 */
export function brokenRule(statement: Statement): Violation | undefined {
  const { object } = statement;
  return (
    brokenBodyRule(statement, '') ??
    (object.objectType === 'SubStatement' ? brokenBodyRule(object, '/object') : undefined) ??
    (statement.authority === undefined ? undefined : brokenAuthorityRule(statement.authority))
  );
}

/** The rules of statements and sub-statements alike. */
function brokenBodyRule(statement: Statement | SubStatement, at: string): Violation | undefined {
  const { object, context, result } = statement;
  if (isVoiding(statement) && object.objectType !== 'StatementRef') {
    return {
      pointer: `${at}/object/objectType`,
      rule: 'must be "StatementRef" in a statement that voids another',
      sections: ['Data 2.3.2', '4.2.5'],
    };
  }
  if (context !== undefined && !isActivity(object)) {
    for (const name of ['revision', 'platform'] as const) {
      if (context[name] !== undefined) {
        return {
          pointer: `${at}/context/${name}`,
          rule: 'must only be used when the object is an Activity',
          sections: ['Data 2.4.6', '4.2.2.5'],
        };
      }
    }
  }
  return (
    (isActivity(object) ? brokenActivityRule(object, `${at}/object`) : undefined) ??
    (result?.score === undefined ? undefined : brokenScoreRule(result.score, `${at}/result/score`)) ??
    (context?.contextActivities === undefined
      ? undefined
      : brokenContextActivitiesRule(context.contextActivities, `${at}/context/contextActivities`))
  );
}

function brokenContextActivitiesRule(contextActivities: ContextActivities, at: string): Violation | undefined {
  for (const key of CONTEXT_ACTIVITY_KEYS) {
    const value = contextActivities[key];
    if (value === undefined) continue;
    const isList = Array.isArray(value);
    const activities: readonly Activity[] = isList ? value : [value];
    for (let index = 0; index < activities.length; index++) {
      const broken = brokenActivityRule(activities[index] as Activity, `${at}/${key}${isList ? `/${index}` : ''}`);
      if (broken !== undefined) return broken;
    }
  }
  return undefined;
}

function brokenActivityRule(activity: Activity, at: string): Violation | undefined {
  if (activity.definition?.interactionType === undefined) return undefined;
  return brokenInteractionRule(activity.definition, activity.definition.interactionType, `${at}/definition`);
}

function brokenInteractionRule(
  definition: ActivityDefinition,
  interactionType: InteractionType,
  at: string,
): Violation | undefined {
  for (const list of COMPONENT_LISTS) {
    const components = definition[list];
    if (components === undefined) continue;
    if (!SUPPORTED_LISTS[interactionType]?.includes(list)) {
      return {
        pointer: `${at}/${list}`,
        rule: `is not supported by the interactionType ${interactionType}`,
        sections: ['Data 2.4.4.1', '4.2.2.3'],
      };
    }
    const repeated = indexOfRepeatedId(components);
    if (repeated !== -1) {
      return {
        pointer: `${at}/${list}${pointerSegment(repeated)}/id`,
        rule: 'must be distinct from the other ids of its list',
        sections: ['Data 2.4.4.1', '4.2.2.3'],
      };
    }
  }
  return undefined;
}

function indexOfRepeatedId(components: readonly InteractionComponent[]): number {
  const ids = new Set<string>();
  return components.findIndex(({ id }) => ids.size === ids.add(id).size);
}

function brokenScoreRule({ raw, min, max }: Score, at: string): Violation | undefined {
  const broken = (property: string, rule: string): Violation => ({
    pointer: `${at}/${property}`,
    rule,
    sections: ['Data 2.4.5.1', '4.2.2.4'],
  });
  if (min !== undefined && max !== undefined && min >= max) return broken('min', 'must be less than max');
  if (raw !== undefined && min !== undefined && raw < min) return broken('raw', 'must not be less than min');
  if (raw !== undefined && max !== undefined && raw > max) return broken('raw', 'must not be greater than max');
  return undefined;
}

/** An authority is an Agent, or the two Agents of 3-legged OAuth as an anonymous Group (Data 2.4.9). */
function brokenAuthorityRule(authority: Actor): Violation | undefined {
  if (authority.objectType !== 'Group') return undefined;
  const sections = ['Data 2.4.9', '4.2.4.2'] as const;
  for (const identifier of ['mbox', 'mbox_sha1sum', 'openid', 'account'] as const) {
    if (authority[identifier] !== undefined) {
      return { pointer: `/authority/${identifier}`, rule: 'must not identify an authority that is a Group', sections };
    }
  }
  if (authority.member?.length === 2) return undefined;
  return { pointer: '/authority/member', rule: 'must be two Agents in an authority that is a Group', sections };
}
