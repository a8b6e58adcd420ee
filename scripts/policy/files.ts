import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import policyFile from '../../schemas/api/policy-file.v1.json' with { type: 'json' };
import { LedgerlineError } from '../../src/errors.ts';
import type {
  LadderDeclared,
  PathDeclared,
  ProgrammeDeclared,
  RequirementDeclared,
  WaiverGranted,
} from '../../src/events/compliance_types.ts';
import type {
  AgencyDeclared,
  CourseDeclared,
  EquivalenceDecided,
  PlatformDeclared,
} from '../../src/events/learning_types.ts';
import { nearestName } from '../../src/nearest_name.ts';
import { pointerSegment } from '../../src/xapi/json_pointer.ts';

/** Where in a file something stands, by a JSON pointer. */
export interface Place {
  readonly file: string;
  readonly pointer: string;
}

interface OfKind<Kind extends string, Data> {
  readonly kind: Kind;
  readonly id: string;
  /** The data of the event, with its id. */
  readonly data: Data;
  readonly place: Place;
}

/** Something that a file declares; the kind is the member of the file, and the path of the store's resource. */
export type Declaration =
  | OfKind<'agencies', AgencyDeclared>
  | OfKind<'platforms', PlatformDeclared>
  | OfKind<'courses', CourseDeclared>
  | OfKind<'equivalences', EquivalenceDecided>
  | OfKind<'ladders', LadderDeclared>
  | OfKind<'requirements', RequirementDeclared>
  | OfKind<'waivers', WaiverGranted>
  | OfKind<'paths', PathDeclared>
  | OfKind<'programmes', ProgrammeDeclared>;

/** The member of the data that is the id; the kinds are in an order in which each names only those before it. */
export const ID_MEMBER = {
  agencies: 'agency',
  platforms: 'platform',
  courses: 'course',
  equivalences: 'decision',
  ladders: 'ladder',
  requirements: 'requirement',
  waivers: 'waiver',
  paths: 'path',
  programmes: 'programme',
} as const satisfies Record<Declaration['kind'], string>;

const KINDS = Object.keys(ID_MEMBER) as Declaration['kind'][];

/** A rule of the file format that a file breaks. */
export interface FileError extends Place {
  readonly rule: string;
}

/** What all files declare, in their order, and all that is wrong with them. */
export interface Policy {
  readonly declarations: readonly Declaration[];
  readonly errors: readonly FileError[];
}

const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, verbose: true }).compile(policyFile);

/**
 * Reads a policy file, or all `*.json` files of a folder by name, and checks them.
 * @throws LedgerlineError `invalid_parameter` for a folder without such files; the system's error when one cannot be
 *   read
 */
export async function readPolicy(path: string): Promise<Policy> {
  const contents = await Promise.all(
    (await filesOf(path)).map(async (file) => readContent(file, await readFile(file, 'utf8'))),
  );
  const declarations = contents.flatMap((content) => content.declarations);
  const errors = contents.flatMap((content) => content.errors);
  return { declarations, errors: [...errors, ...repeated(declarations)] };
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const files = (await readdir(path)).filter((name) => name.endsWith('.json')).sort();
  if (files.length === 0) throw new LedgerlineError('invalid_parameter', `There is no *.json file in ${path}.`);
  return files.map((name) => join(path, name));
}

function readContent(file: string, text: string): Policy {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return { declarations: [], errors: [{ file, pointer: '', rule: `not JSON: ${(error as Error).message}` }] };
  }
  if (!validate(content)) return { declarations: [], errors: fileErrors(file, validate.errors ?? []) };
  const members = content as Readonly<Record<string, readonly unknown[] | undefined>>;
  const declarations = KINDS.flatMap((kind) =>
    (members[kind] ?? []).map((data, index) => {
      const place = { file, pointer: `/${kind}/${index}` };
      const id = (data as Readonly<Record<string, unknown>>)[ID_MEMBER[kind]];
      // The schema has just said that it is so.
      return { kind, id, data, place } as Declaration;
    }),
  );
  return { declarations, errors: [] };
}

function fileErrors(file: string, errors: readonly ErrorObject[]): FileError[] {
  // That a branch does not fit is said by what is wrong in it; that none of several does, by what they are for.
  return errors
    .filter(({ keyword, schemaPath }) => keyword !== 'if' && !schemaPath.includes('/oneOf/'))
    .map(({ instancePath, keyword, params, message, parentSchema }) => {
      if (keyword === 'oneOf' || keyword === 'not') {
        return { file, pointer: instancePath, rule: parentSchema?.description ?? keyword };
      }
      if (keyword !== 'additionalProperties') return { file, pointer: instancePath, rule: message ?? keyword };
      const name = String(params.additionalProperty);
      const nearest = nearestName(name, Object.keys(parentSchema?.properties ?? {}));
      const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
      return { file, pointer: `${instancePath}${pointerSegment(name)}`, rule: `there is no such member${meant}` };
    });
}

function repeated(declarations: readonly Declaration[]): FileError[] {
  const first = new Map<string, Place>();
  return declarations.flatMap((declaration) => {
    const { kind, place } = declaration;
    const name = nameOf(declaration);
    const before = first.get(`${kind}/${name}`);
    if (before === undefined) first.set(`${kind}/${name}`, place);
    return before === undefined
      ? []
      : [{ ...place, rule: `declared once; ${name} is in ${placeText(before)} already` }];
  });
}

/** Its id; terms of a requirement are told apart by their first day. */
export function nameOf({ kind, id, data }: Declaration): string {
  return kind === 'requirements' ? `${id} from ${data.from}` : id;
}

/** A place in one text: `courses.json /courses/3`. */
export function placeText({ file, pointer }: Place): string {
  return `${file}${pointer && ` ${pointer}`}`;
}
