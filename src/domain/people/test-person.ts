/** The beginning of the ids that test people have where a workspace identifies people by id. */
export const TEST_ID_PREFIX = 'stagepost-test-';

/** The attribute that marks a test person at Customer.io. */
export const TEST_ATTRIBUTE = 'stagepost_test';

/** Whether the id at Customer.io is that of a test person, who gets the events that editors send to themselves. */
export function isTestId(id: string | null): boolean {
  return id?.startsWith(TEST_ID_PREFIX) ?? false;
}

/** The addresses that lead to one mailbox with this one: `ann+news@acme.example` is delivered to Ann, too (RFC 5233). */
export function addressesOfMailbox(address: string): string[] {
  const plain = address.replace(/^([^+@]+)\+[^@]*@/, '$1@');
  return [...new Set([address, plain])];
}
