import { bestEntry, type LanguageRanges, parseAcceptLanguage } from './languages.ts';
import {
  type Activity,
  type ActivityDefinition,
  type Actor,
  type Agent,
  COMPONENT_LISTS,
  type Context,
  type Group,
  isActivity,
  type LanguageMap,
  type Statement,
  type SubStatement,
  type Verb,
} from './statement.ts';

/** What a format makes of the parts of a statement; all else stays as it is. */
interface Shape {
  readonly actor: <Kind extends Actor>(actor: Kind) => Kind;
  readonly verb: (verb: Verb) => Verb;
  readonly activity: (activity: Activity) => Activity;
  readonly attachments: (attachments: Statement['attachments']) => Statement['attachments'];
}

/**
 * The format `ids`: agents, groups, verbs and activities with nothing but what identifies them, an anonymous group
 * with what identifies its members (Communication 2.1.3; 2.0.0 4.1.6.1).
 */
export function toIds(statement: Statement): Statement {
  return shapeStatement(statement, {
    actor: identifierOf,
    verb: ({ id }) => ({ id }),
    activity: ({ id }) => ({ id }),
    attachments: (attachments) => attachments,
  });
}

/**
 * The format `canonical`: activities with the definition that the store holds for them, and each language map reduced
 * to the one entry that suits the reader (Communication 2.1.3, language filtering).
 * @param acceptLanguage the request's Accept-Language header
 * @param definitionOf the store's definition of an activity; the statement's own one serves where it knows none
 */
export function toCanonical(
  statement: Statement,
  acceptLanguage: string | undefined,
  definitionOf: (activityId: string) => ActivityDefinition | undefined = () => undefined,
): Statement {
  const accepted = parseAcceptLanguage(acceptLanguage);
  return shapeStatement(statement, {
    actor: (actor) => actor,
    verb: (verb) => (verb.display === undefined ? verb : { ...verb, display: bestEntry(verb.display, accepted) }),
    activity: (activity) => {
      const definition = definitionOf(activity.id) ?? activity.definition;
      return definition === undefined ? activity : { ...activity, definition: oneLanguage(definition, accepted) };
    },
    attachments: (attachments) =>
      attachments?.map((attachment) => ({
        ...describe(attachment, accepted),
        display: bestEntry(attachment.display, accepted),
      })),
  });
}

function shapeStatement(statement: Statement, shape: Shape): Statement {
  const shaped = shapeBody(statement, shape);
  return {
    ...shaped,
    object: shapeObject(statement.object, shape),
    ...(statement.authority === undefined ? {} : { authority: shape.actor(statement.authority) }),
  };
}

function shapeBody<Body extends Statement | SubStatement>(body: Body, shape: Shape): Body {
  return {
    ...body,
    actor: shape.actor(body.actor),
    verb: shape.verb(body.verb),
    ...(body.context === undefined ? {} : { context: shapeContext(body.context, shape) }),
    ...(body.attachments === undefined ? {} : { attachments: shape.attachments(body.attachments) }),
  };
}

function shapeObject<Kind extends Statement['object']>(object: Kind, shape: Shape): Kind;
function shapeObject(object: Statement['object'], shape: Shape): Statement['object'] {
  if (isActivity(object)) return shape.activity(object);
  switch (object.objectType) {
    case 'SubStatement':
      return { ...shapeBody(object, shape), object: shapeObject(object.object, shape) };
    case 'StatementRef':
      return object;
    case 'Group':
      return shape.actor(object);
    default:
      // Without its objectType, an Agent in this place would be read as an Activity (Data 2.4.4.2).
      return { objectType: 'Agent', ...shape.actor(object as Agent) };
  }
}

function shapeContext(context: Context, shape: Shape): Context {
  const { instructor, team, contextAgents, contextGroups, contextActivities } = context;
  return {
    ...context,
    ...(instructor && { instructor: shape.actor(instructor) }),
    ...(team && { team: shape.actor(team) }),
    ...(contextAgents && { contextAgents: contextAgents.map((one) => ({ ...one, agent: shape.actor(one.agent) })) }),
    ...(contextGroups && { contextGroups: contextGroups.map((one) => ({ ...one, group: shape.actor(one.group) })) }),
    ...(contextActivities && {
      contextActivities: Object.fromEntries(
        Object.entries(contextActivities).map(([key, value]) => [
          key,
          Array.isArray(value) ? value.map(shape.activity) : shape.activity(value as Activity),
        ]),
      ),
    }),
  };
}

function identifierOf<Kind extends Actor>(actor: Kind): Kind;
function identifierOf(actor: Actor): Actor {
  const { mbox, mbox_sha1sum, openid, account } = actor;
  const identifier = {
    ...(mbox !== undefined && { mbox }),
    ...(mbox_sha1sum !== undefined && { mbox_sha1sum }),
    ...(openid !== undefined && { openid }),
    ...(account !== undefined && { account }),
  };
  if (actor.objectType !== 'Group') return identifier;
  const isAnonymous = Object.keys(identifier).length === 0;
  const member = isAnonymous ? { member: (actor as Group).member?.map(identifierOf) ?? [] } : {};
  return { objectType: 'Group', ...identifier, ...member };
}

function oneLanguage(definition: ActivityDefinition, accepted: LanguageRanges): ActivityDefinition {
  const lists = COMPONENT_LISTS.filter((list) => definition[list] !== undefined).map((list) => [
    list,
    definition[list]?.map((component) => describe(component, accepted)),
  ]);
  return {
    ...describe(definition, accepted),
    ...(definition.name && { name: bestEntry(definition.name, accepted) }),
    ...Object.fromEntries(lists),
  };
}

/** A part whose description, if it has one, is in one language. */
function describe<Part extends { readonly description?: LanguageMap }>(part: Part, accepted: LanguageRanges): Part {
  return part.description === undefined ? part : { ...part, description: bestEntry(part.description, accepted) };
}
