import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import definitions from '../../schemas/xapi/definitions.json' with { type: 'json' };
import statement from '../../schemas/xapi/statement.json' with { type: 'json' };
import version103 from '../../schemas/xapi/version-1.0.3.json' with { type: 'json' };
import version200 from '../../schemas/xapi/version-2.0.0.json' with { type: 'json' };

const ajv = new Ajv2020();

it.each(Object.entries({ definitions, statement, version103, version200 }))('%s is a schema', (_, schema) => {
  ajv.validateSchema(schema);
  expect(ajv.errors ?? []).toEqual([]);
});

it('what is no schema is found', () => {
  expect(ajv.validateSchema({ ...statement, $defs: { statement: { type: 'objekt' } } })).toBe(false);
});
