import fc from 'fast-check';

/** Changes that make of good JSON what a broken, careless or hostile sender might send. */

type Path = readonly (string | number)[];

const NAMES = ['__proto__', 'constructor', 'toString', 'id', 'objectType', 'ID', 'mbox', '', '$ref', 'length', 'x'];

/** Values that are seldom right where they stand. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      '',
      0,
      -1,
      1.5,
      -0,
      2 ** 53,
      1e308,
      5e-324,
      [],
      {},
      [[]],
      [null],
    ),
  },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'Agent',
      'Group',
      'SubStatement',
      'StatementRef',
      'http://adlnet.gov/expapi/verbs/voided',
      'mailto:a@example.org',
      'urn:x',
      '00000000-0000-0000-0000-000000000000',
      '2026-02-30T25:61:61Z',
      '2026-01-01T00:00:00-00:00',
      '9999-12-31T23:59:60.999999999999Z',
      'P1Y2M3DT4H5M6.7S',
      '__proto__',
      '\ud800',
      '\u0000',
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.nat(300).map(nested) },
  { weight: 1, arbitrary: fc.nat(3_000).map((length) => Array.from({ length }, (_, i) => i % 7)) },
  { weight: 1, arbitrary: fc.nat(20_000).map((length) => 'x'.repeat(length)) },
  {
    weight: 1,
    arbitrary: fc.nat(400).map((size) => Object.fromEntries(Array.from({ length: size }, (_, i) => [`urn:${i}`, i]))),
  },
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { a: value };
  return value;
}

interface Edit {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'wrap' | 'double' | 'rename' | 'add' | 'copy';
  readonly name: string;
  readonly value: unknown;
  readonly from: number;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'remove', 'wrap', 'double', 'rename', 'add', 'copy'),
  name: fc.constantFrom(...NAMES),
  value: junk,
  from: fc.nat(),
});

/** A value with changes to its structure. */
export function restructured(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([whole, edits]) => edits.reduce(edited, whole));
}

function edited(whole: unknown, { at, how, name, value, from }: Edit): unknown {
  const paths = pathsOf(whole);
  const path = paths[at % paths.length]!;
  return changed(whole, path, (node) => {
    const isObject = typeof node === 'object' && node !== null && !Array.isArray(node);
    switch (how) {
      case 'remove':
        return undefined;
      case 'wrap':
        return [node];
      case 'double':
        return [node, node];
      case 'rename':
        return isObject
          ? Object.fromEntries(Object.entries(node).map(([key, member], i) => [i === from % 3 ? name : key, member]))
          : name;
      case 'add':
        return isObject ? Object.fromEntries([...Object.entries(node), [name, value]]) : value;
      case 'copy':
        return paths[from % paths.length]!.reduce<unknown>(
          (inner, key) => (inner as Record<string, unknown>)[key],
          whole,
        );
      default:
        return value;
    }
  });
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [
    path,
    ...[...keys]
      .slice(0, 50)
      .flatMap((key) => pathsOf((value as Record<string | number, unknown>)[key], [...path, key])),
  ];
}

function changed(value: unknown, [key, ...rest]: Path, change: (node: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  const part = changed((value as Record<string | number, unknown>)[key], rest, change);
  if (Array.isArray(value))
    return part === undefined ? value.toSpliced(key as number, 1) : value.with(key as number, part);
  const entries = Object.entries(value as object).map(([name, member]) => [name, name === key ? part : member]);
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined));
}

const INSERTIONS = [
  '{"id":1,"id":2,',
  '"__proto__":{"actor":1},',
  '"\\ud800":1,',
  '\\udc00',
  '\\u0000',
  '\u0000',
  '\ufeff',
  '\u2028',
  '/**/',
  ',',
  ':',
  '"',
  '{',
  ']',
  '}',
  '\\',
  '9007199254740993',
  '-1e999',
  '1e-999',
  '00',
  'NaN',
  '['.repeat(5_000),
  '{"a":'.repeat(2_000),
  '\r\n--boundary-of-the-tests\r\n',
];

/** Bytes with changes at some places: something put in, taken out, put in again, overwritten, or the end cut off. */
export function scrambled(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Buffer> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    how: fc.constantFrom('insert', 'insert', 'remove', 'repeat', 'overwrite', 'cut', 'noise'),
    text: fc.constantFrom(...INSERTIONS),
    noise: fc.uint8Array({ maxLength: 8 }),
  });
  return fc.tuple(bytes, fc.array(change, { minLength: 1, maxLength: 3 })).map(([whole, changes]) =>
    changes.reduce((before, { at, length, how, text, noise }) => {
      const place = Math.floor(at * before.length);
      const [head, tail] = [before.subarray(0, place), before.subarray(place)];
      switch (how) {
        case 'remove':
          return Buffer.concat([head, tail.subarray(length)]);
        case 'repeat':
          return Buffer.concat([head, tail.subarray(0, length), tail]);
        case 'overwrite':
          return Buffer.concat([head, Buffer.from(text), tail.subarray(Buffer.byteLength(text))]);
        case 'cut':
          return Buffer.from(head);
        case 'noise':
          return Buffer.concat([head, noise, tail]);
        default:
          return Buffer.concat([head, Buffer.from(text), tail]);
      }
    }, Buffer.from(whole)),
  );
}

/** A value as JSON, its structure or its text changed. */
export function mutatedJson(value: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  const text = (of: fc.Arbitrary<unknown>) => of.map((whole) => Buffer.from(JSON.stringify(whole) ?? 'null'));
  return fc.oneof(
    { weight: 3, arbitrary: text(restructured(value)) },
    { weight: 2, arbitrary: scrambled(text(value)) },
    { weight: 1, arbitrary: scrambled(text(restructured(value))) },
  );
}

/** A header's value that Node sends: without line ends. */
export const headerText = fc.oneof(
  fc.constantFrom(
    '',
    '*',
    '"x"',
    'W/"x"',
    '"',
    ',',
    '*,*',
    'application/json',
    'application/json;',
    'multipart/mixed',
    '1.0.3',
    '2.0.0',
    'x'.repeat(3_000),
  ),
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 30,
  }),
);
