import { describe, expect, it } from 'vitest';
import { HELP, readOptions } from '../../scripts/import/options.ts';

const env = { LEDGERLINE_KEY: 'key', LEDGERLINE_SECRET: 'secret' };

describe('the options of an import', () => {
  it('have defaults, and the credential of the environment', () => {
    expect(readOptions(['a.ndjson'], env)).toEqual({
      file: 'a.ndjson',
      url: 'http://127.0.0.1:8080',
      key: 'key',
      secret: 'secret',
      batch: 50,
      connections: 4,
      'xapi-version': '1.0.3',
      state: 'a.ndjson.import-state.json',
      'dry-run': false,
    });
  });

  it('are those of the command line before those of the environment', () => {
    const args = ['a', '--key', 'k', '--secret=s', '--batch', '7', '--connections=1', '--xapi-version', '2.0.0'];
    const others = ['--url', 'https://lrs.example.org/prefix', '--state', 'b', '--report', 'c', '--dry-run'];
    expect(readOptions([...args, ...others], env)).toEqual({
      file: 'a',
      url: 'https://lrs.example.org/prefix',
      key: 'k',
      secret: 's',
      batch: 7,
      connections: 1,
      'xapi-version': '2.0.0',
      state: 'b',
      report: 'c',
      'dry-run': true,
    });
  });

  it('keep no state for standard input unless told where', () => {
    expect(readOptions(['-'], env)).toMatchObject({ file: '-', state: undefined });
    expect(readOptions(['-', '--state', 'b'], env)).toHaveProperty('state', 'b');
  });

  it('need no credential for a dry run', () => {
    expect(readOptions(['a', '--dry-run'], {})).toMatchObject({ file: 'a', 'dry-run': true });
  });

  it('may ask for help, which names every one of them', () => {
    expect(readOptions(['--help'], {})).toBe('help');
    const options = readOptions(['a', '--report', 'b'], env) as object;
    for (const name of Object.keys(options)) expect(HELP).toContain(name === 'file' ? 'FILE' : `--${name} `);
  });

  it.each([
    [[], 'FILE is missing'],
    [['a', 'b'], 'one FILE at a time; b is too much'],
    [['a', '--batch', '0'], '--batch cannot be 0'],
    [['a', '--batch', '1e3'], '--batch cannot be 1e3'],
    [['a', '--connections', 'many'], '--connections cannot be many'],
    [['a', '--url', 'lrs.example.org'], '--url cannot be lrs.example.org'],
    [['a', '--xapi-version', '0.95'], '--xapi-version cannot be 0.95'],
    [['a', '--key', ''], '--key (or LEDGERLINE_KEY) is missing'],
    [['a', '--frobnicate'], "Unknown option '--frobnicate'"],
  ])('%j are refused: %s', (args, why) => {
    expect(() => readOptions(args, env)).toThrow(
      expect.objectContaining({ code: 'invalid_parameter', message: expect.stringContaining(why) }),
    );
  });

  it('are refused without a credential', () => {
    expect(() => readOptions(['a'], { LEDGERLINE_KEY: 'key' })).toThrow('--secret (or LEDGERLINE_SECRET) is missing');
  });
});
