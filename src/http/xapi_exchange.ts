import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlobStore } from '../blobs/blob_store.ts';
import type { Config } from '../config.ts';
import type { Credential, Store } from '../store.ts';
import type { XapiVersion } from '../xapi/version.ts';
import type { Query } from './form_text.ts';

/** What the xAPI resources work with. */
export interface XapiContext {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly config: Config;
  /** The path under which the clients see `/xapi`. */
  readonly base: string;
}

/** A request at `/xapi` that was let on, and its answer. */
export interface XapiExchange {
  /** In the alternate syntax, with the method and the headers that are meant. */
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: Query;
  /** Undefined when there is none, and for what streams it: multipart statements. */
  readonly body: Buffer | undefined;
  /** Who asks. */
  readonly credential: Credential;
  /** By which version's rules. */
  readonly version: XapiVersion;
}

/** Answers a request. @throws the refusal */
export type XapiHandler = (exchange: XapiExchange) => void | Promise<void>;

/** The methods that a resource has; its GET answers HEAD too. */
export type XapiResource = Readonly<Partial<Record<'GET' | 'PUT' | 'POST' | 'DELETE', XapiHandler>>>;
