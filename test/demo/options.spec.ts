import { describe, expect, it } from 'vitest';
import { readOptions } from '../../scripts/demo/options.ts';

describe('the options of npm run demo', () => {
  it('have defaults, and need a credential for a store that runs already', () => {
    expect(readOptions([], {})).toMatchObject({ people: 5_000, seed: 1, port: 8_080, keep: false, exit: false });
    expect(() => readOptions(['--url', 'http://127.0.0.1:1'], {})).toThrow('--key (or LEDGERLINE_KEY) is missing');
    const given = { LEDGERLINE_KEY: 'me', LEDGERLINE_SECRET: 'secret' };
    expect(readOptions(['--url', 'http://127.0.0.1:1'], given)).toMatchObject({ key: 'me', secret: 'secret' });
  });

  it.each([
    [['--people', '0'], '--people cannot be 0'],
    [['--people', '12e3'], '--people cannot be 12e3'],
    [['--port', '65536'], '--port cannot be 65536'],
    [['--seed', '-1'], "--seed' argument is ambiguous"],
    [['--url', 'ftp://127.0.0.1'], '--url cannot be ftp://127.0.0.1'],
    [['people'], 'there is no argument people'],
    [['--peeple', '7'], 'peeple'],
  ])('%j is refused', (args, why) => {
    expect(() => readOptions(args, { LEDGERLINE_KEY: 'me', LEDGERLINE_SECRET: 'secret' })).toThrow(why);
  });
});
