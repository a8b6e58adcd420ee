/**
 * The shapes of xAPI data as they are after validation (1.0.3 Data 2.4, 2.0.0 4.2.2). Nothing here checks anything:
 * `validation.ts` does.
 */
export type LanguageMap = Readonly<Record<string, string>>;

export type Extensions = Readonly<Record<string, unknown>>;

export interface Account {
  readonly homePage: string;
  readonly name: string;
}

interface Identified {
  readonly name?: string;
  readonly mbox?: string;
  readonly mbox_sha1sum?: string;
  readonly openid?: string;
  readonly account?: Account;
}

export interface Agent extends Identified {
  readonly objectType?: 'Agent';
}

export interface Group extends Identified {
  readonly objectType: 'Group';
  readonly member?: readonly Agent[];
}

export type Actor = Agent | Group;

export interface Verb {
  readonly id: string;
  readonly display?: LanguageMap;
}

export interface InteractionComponent {
  readonly id: string;
  readonly description?: LanguageMap;
}

export type InteractionType =
  | 'true-false'
  | 'choice'
  | 'fill-in'
  | 'long-fill-in'
  | 'matching'
  | 'performance'
  | 'sequencing'
  | 'likert'
  | 'numeric'
  | 'other';

export interface ActivityDefinition {
  readonly name?: LanguageMap;
  readonly description?: LanguageMap;
  readonly type?: string;
  readonly moreInfo?: string;
  readonly interactionType?: InteractionType;
  readonly correctResponsesPattern?: readonly string[];
  readonly choices?: readonly InteractionComponent[];
  readonly scale?: readonly InteractionComponent[];
  readonly source?: readonly InteractionComponent[];
  readonly target?: readonly InteractionComponent[];
  readonly steps?: readonly InteractionComponent[];
  readonly extensions?: Extensions;
}

/** The members of a definition that are lists of interaction components. */
export const COMPONENT_LISTS = ['choices', 'scale', 'source', 'target', 'steps'] as const;

export interface Activity {
  readonly objectType?: 'Activity';
  readonly id: string;
  readonly definition?: ActivityDefinition;
}

export interface StatementRef {
  readonly objectType: 'StatementRef';
  readonly id: string;
}

export interface Score {
  readonly scaled?: number;
  readonly raw?: number;
  readonly min?: number;
  readonly max?: number;
}

export interface Result {
  readonly score?: Score;
  readonly success?: boolean;
  readonly completion?: boolean;
  readonly response?: string;
  readonly duration?: string;
  readonly extensions?: Extensions;
}

export const CONTEXT_ACTIVITY_KEYS = ['parent', 'grouping', 'category', 'other'] as const;

/** As received, a value may be one Activity; what the store keeps and returns are arrays (Data 2.4.6.2). */
export type ContextActivities = {
  readonly [key in (typeof CONTEXT_ACTIVITY_KEYS)[number]]?: Activity | readonly Activity[];
};

export interface ContextAgent {
  readonly objectType: 'contextAgent';
  readonly agent: Agent;
  readonly relevantTypes?: readonly string[];
}

export interface ContextGroup {
  readonly objectType: 'contextGroup';
  readonly group: Group;
  readonly relevantTypes?: readonly string[];
}

export interface Context {
  readonly registration?: string;
  readonly instructor?: Actor;
  readonly team?: Group;
  /** 2.0.0 only. */
  readonly contextAgents?: readonly ContextAgent[];
  /** 2.0.0 only. */
  readonly contextGroups?: readonly ContextGroup[];
  readonly contextActivities?: ContextActivities;
  readonly revision?: string;
  readonly platform?: string;
  readonly language?: string;
  readonly statement?: StatementRef;
  readonly extensions?: Extensions;
}

export interface Attachment {
  readonly usageType: string;
  readonly display: LanguageMap;
  readonly description?: LanguageMap;
  readonly contentType: string;
  /** In octets. */
  readonly length: number;
  /** Hexadecimal digits, in the case in which they were sent. */
  readonly sha2: string;
  readonly fileUrl?: string;
}

interface StatementBody {
  readonly actor: Actor;
  readonly verb: Verb;
  readonly result?: Result;
  readonly context?: Context;
  readonly timestamp?: string;
  readonly attachments?: readonly Attachment[];
}

export interface SubStatement extends StatementBody {
  readonly objectType: 'SubStatement';
  readonly object: Activity | Actor | StatementRef;
}

export interface Statement extends StatementBody {
  readonly id?: string;
  readonly object: Activity | Actor | StatementRef | SubStatement;
  readonly stored?: string;
  readonly authority?: Actor;
  readonly version?: string;
}

/** The reserved verb by which one statement voids another (Data 2.3.2). */
export const VOIDED_VERB = 'http://adlnet.gov/expapi/verbs/voided';

/** Whether an object is an Activity, which it is too when it does not say what it is (Data 2.4.4). */
export function isActivity(object: Statement['object']): object is Activity {
  return object.objectType === undefined || object.objectType === 'Activity';
}

/** Whether a statement voids another: then its object is a StatementRef (Data 2.3.2). */
export function isVoiding(statement: Pick<Statement, 'verb'>): boolean {
  return statement.verb.id === VOIDED_VERB;
}
