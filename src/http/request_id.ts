/** What all ids of this process begin with; a process that comes after it begins otherwise. */
const PROCESS = crypto.randomUUID().slice(0, 24);

let count = 0;

/**
 * The id of a request: a UUID that no other request has, and easier to make than a random one. The last digits count the
 * requests.
 */
export function nextRequestId(): string {
  count += 1;
  return PROCESS + count.toString(16).padStart(12, '0');
}
