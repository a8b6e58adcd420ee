import type { AnySchemaObject, ErrorObject, FuncKeywordDefinition, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import definitions from '../../schemas/xapi/definitions.json' with { type: 'json' };
import statement from '../../schemas/xapi/statement.json' with { type: 'json' };
import version103 from '../../schemas/xapi/version-1.0.3.json' with { type: 'json' };
import version200 from '../../schemas/xapi/version-2.0.0.json' with { type: 'json' };
import { FORMATS } from './formats.ts';
import { pointerSegment } from './json_pointer.ts';
import type { XapiVersion } from './version.ts';

const IDENTIFIERS = ['mbox', 'mbox_sha1sum', 'openid', 'account'] as const;

/** What is wrong with a value: where, which rule, and the section of each version that has it. */
export interface Violation {
  /** A JSON pointer from the checked value to the offending, missing or unknown property. */
  readonly pointer: string;
  readonly rule: string;
  readonly sections: Sections;
}

/** The sections of the two versions' specifications that have a rule: 1.0.3's and 2.0.0's. */
export type Sections = readonly [string, string];

/** Checks a value. @returns what is wrong first, `undefined` when nothing is */
export type Check = (value: unknown) => Violation | undefined;

/**
 * The keyword that says how an agent or group is identified: by exactly one of the four identifiers (`required`), or,
 * in an anonymous group, by its members (`orMember`) (Data 2.4.2.1, 2.4.2.2).
 */
const inverseFunctionalIdentifier: FuncKeywordDefinition = {
  keyword: 'inverseFunctionalIdentifier',
  type: 'object',
  schemaType: 'string',
  errors: true,
  compile(mode: string, parentSchema: AnySchemaObject) {
    const validate = (data: Record<string, unknown>): boolean => {
      let count = 0;
      for (const identifier of IDENTIFIERS) if (data[identifier] !== undefined) count++;
      if (count === 1) return true;
      if (count === 0 && mode === 'orMember' && Array.isArray(data.member) && data.member.length > 0) return true;
      const message =
        count > 1
          ? `must have only one of ${IDENTIFIERS.join(', ')}`
          : `must have one of ${IDENTIFIERS.join(', ')}${mode === 'orMember' ? ', or at least one member' : ''}`;
      validate.errors = [{ keyword: 'inverseFunctionalIdentifier', message, params: {}, parentSchema }];
      return false;
    };
    validate.errors = [] as Partial<ErrorObject>[];
    return validate;
  },
};

/** That the schemas are schemas is for a test to see: looking at each start takes a tenth of it. */
const GRAMMAR_OPTIONS = {
  strict: true,
  verbose: true,
  allowUnionTypes: true,
  formats: { ...FORMATS },
  validateSchema: false,
} as const;

/** The grammar of one version: its own definitions of `version` and `context`, and all that both versions share. */
function compileGrammar(ownDefinitions: AnySchemaObject): { readonly statement: Check; readonly actor: Check } {
  const ajv = new Ajv2020(GRAMMAR_OPTIONS);
  ajv.addVocabulary(['spec', 'rule']);
  ajv.addKeyword(inverseFunctionalIdentifier);
  ajv.addSchema(withInheritedSections(definitions), 'definitions.json');
  ajv.addSchema(withInheritedSections(statement), 'statement.json');
  ajv.addSchema(withInheritedSections(ownDefinitions), 'version.json');
  return {
    statement: checkBy(ajv.getSchema('statement.json#/$defs/statement') as ValidateFunction),
    actor: checkBy(ajv.getSchema('definitions.json#/$defs/actor') as ValidateFunction),
  };
}

/** A copy of a schema in which each part without `spec` has that of the part around it, so that any error has one. */
function withInheritedSections<Schema extends object>(schema: Schema, sections?: Sections): Schema {
  const own = (schema as { spec?: Sections }).spec ?? sections;
  const copy = Object.entries(schema).map(([key, part]) => {
    if (key === 'allOf') return [key, (part as object[]).map((one) => withInheritedSections(one, own))];
    const isPart = typeof part === 'object' && part !== null && !Array.isArray(part);
    if (!isPart) return [key, part];
    // The members of these are names of properties, not keywords.
    if (key === '$defs' || key === 'properties') {
      return [
        key,
        Object.fromEntries(Object.entries(part).map(([name, p]) => [name, withInheritedSections(p as object, own)])),
      ];
    }
    return [key, key === 'dependentRequired' ? part : withInheritedSections(part, own)];
  });
  const isReference = '$ref' in schema;
  return Object.fromEntries(own === undefined || isReference ? copy : [...copy, ['spec', own]]);
}

function checkBy(validate: ValidateFunction): Check {
  return (value) => {
    if (validate(value)) return undefined;
    return violationOf((validate.errors as ErrorObject[])[0] as ErrorObject);
  };
}

function violationOf(error: ErrorObject): Violation {
  const schema = error.parentSchema as { readonly title?: string; readonly rule?: string; readonly spec: Sections };
  return { pointer: pointerOf(error), rule: ruleOf(error, schema), sections: schema.spec };
}

function pointerOf({ instancePath, propertyName, params }: ErrorObject): string {
  const member: string | undefined = propertyName ?? params.missingProperty ?? params.additionalProperty;
  return member === undefined ? instancePath : instancePath + pointerSegment(member);
}

/** One sentence, without its subject, for a sender. */
function ruleOf(error: ErrorObject, schema: { readonly title?: string; readonly rule?: string }): string {
  const { keyword, params } = error;
  const whole = schema.title ?? 'an object';
  switch (keyword) {
    case 'required':
      return `is missing: ${whole} must have it`;
    case 'dependentRequired':
      return `is missing: a definition with ${params.property} must have it`;
    case 'additionalProperties':
      return `is not a property of ${whole}`;
    case 'type':
      return `must be ${schema.title ?? typeName(params.type)}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'enum':
      return `must be one of ${params.allowedValues.join(', ')}`;
    case 'minItems':
      return 'must not be empty';
    case 'format':
    case 'pattern':
      return schema.rule as string;
    default:
      return error.message as string;
  }
}

function typeName(type: string): string {
  return type === 'object' || type === 'array' || type === 'integer' ? `an ${type}` : `a ${type}`;
}

/** The compiled grammar of each version. */
export const GRAMMARS = {
  '1.0.3': compileGrammar(version103),
  '2.0.0': compileGrammar(version200),
} as const satisfies Record<XapiVersion, unknown>;
