import { LedgerlineError } from '../errors.ts';
import { parseExactJson } from '../xapi/exact_json.ts';
import { isUuid } from '../xapi/formats.ts';
import { microsOf } from '../xapi/instant.ts';
import type { Agent } from '../xapi/statement.ts';
import { validateAgent } from '../xapi/validation.ts';
import type { XapiVersion } from '../xapi/version.ts';
import type { Query } from './form_text.ts';

const QUERY_SPEC = 'xAPI 1.0.3 Communication 2.1.3';

/**
 * The query parameters of a request, each at most once and none but the known ones: names are case-sensitive, and an
 * unknown, repeated or differently written one is refused (xAPI 1.0.3 Communication 3.2).
 */
export class Parameters {
  readonly #values: Readonly<Record<string, string>>;
  readonly #spec: string;

  /** @throws `invalid_parameter` */
  constructor(query: Query, known: readonly string[], spec = QUERY_SPEC) {
    for (const [name, value] of Object.entries(query)) {
      if (!known.includes(name)) {
        throw new LedgerlineError('invalid_parameter', `There is no parameter ${name} here.`, {
          property: name,
          rule:
            known.length === 0 ? 'there are no parameters' : `the parameters are: ${known.join(', ')}; case matters`,
          spec,
        });
      }
      if (typeof value !== 'string') {
        throw new LedgerlineError('invalid_parameter', `The parameter ${name} stands more than once.`, {
          property: name,
          spec,
        });
      }
    }
    this.#values = query as Record<string, string>;
    this.#spec = spec;
  }

  get names(): readonly string[] {
    return Object.keys(this.#values);
  }

  text(name: string): string | undefined {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  /** @throws `invalid_parameter` when it is missing */
  required(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    throw new LedgerlineError('invalid_parameter', `The parameter ${name} is missing.`, {
      property: name,
      rule: 'it is required',
      spec: this.#spec,
    });
  }

  boolean(name: string): boolean {
    const value = this.text(name);
    if (value === undefined || value === 'false') return false;
    if (value === 'true') return true;
    throw this.#invalid(name, 'it is true or false');
  }

  uuid(name: string): string | undefined {
    const value = this.text(name);
    if (value !== undefined && !isUuid(value)) throw this.#invalid(name, 'it is a UUID');
    return value?.toLowerCase();
  }

  /** Microseconds since 1970 UTC, finer digits cut off. */
  instant(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    try {
      return Number(microsOf(value));
    } catch {
      // The + of an offset is a space where it was not encoded.
      const hint = value.includes(' ') ? '; a + is written %2B in a query' : '';
      throw this.#invalid(name, `it is an ISO 8601 timestamp${hint}`);
    }
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value !== undefined && !values.includes(value as T))
      throw this.#invalid(name, `it is one of ${values.join(', ')}`);
    return value as T | undefined;
  }

  wholeNumber(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^\d{1,15}$/.test(value)) throw this.#invalid(name, 'it is a whole number, 0 or more');
    return Number(value);
  }

  matching(name: string, matches: (text: string) => boolean, rule: string): string | undefined {
    const value = this.text(name);
    if (value !== undefined && !matches(value)) throw this.#invalid(name, rule);
    return value;
  }

  json(name: string): unknown {
    const value = this.text(name);
    if (value === undefined) return undefined;
    try {
      return parseExactJson(value);
    } catch (error) {
      const rule = error instanceof LedgerlineError ? (error.details.rule ?? error.message) : 'it is JSON';
      throw this.#invalid(name, rule);
    }
  }

  /** An Agent, not a Group: what has a Person and documents (xAPI 1.0.3 Communication 2.3, 2.4, 2.6). */
  agent(name: string, version: XapiVersion): Agent | undefined {
    const value = this.json(name);
    if (value === undefined) return undefined;
    validateAgent(value, version, name);
    if (value.objectType === 'Group')
      throw this.#invalid(name, 'it is an Agent; a Group is named by an Agent with its identifier');
    return value;
  }

  #invalid(name: string, rule: string): LedgerlineError {
    return new LedgerlineError('invalid_parameter', `The parameter ${name} cannot be taken: ${rule}.`, {
      property: name,
      rule,
      spec: this.#spec,
    });
  }
}
