import type { Metadata } from '@grpc/grpc-js';
import type { NodeSettings } from './node.ts';
import { accessDenied, type Refusal, wrongPassword } from './refusals.ts';

/** Why a call with `metadata` may not touch a stream; undefined where it may. */
export function refusedAccess(metadata: Metadata, { users }: NodeSettings): Refusal | undefined {
  if (users === undefined) return undefined;
  const [authorization] = metadata.get('authorization');
  if (authorization === undefined) return accessDenied();
  const [, encoded = ''] = `${authorization}`.split('Basic ');
  const [user = '', password] = Buffer.from(encoded, 'base64').toString().split(':');
  return users[user] !== undefined && users[user] === password ? undefined : wrongPassword();
}

/** Whether the client accepts no node but the leader. */
export function requiresLeader(metadata: Metadata): boolean {
  return metadata.get('requires-leader')[0] === 'true';
}
