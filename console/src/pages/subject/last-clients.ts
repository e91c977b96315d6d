import type { StageEntry } from '../../api/types.ts';

/** A stage change, with what tells whose it is. */
type Entry = Pick<StageEntry, 'connection' | 'client' | 'person' | 'dealId'>;

/**
 * The clients of the stage changes, each once, with the newest of them. A stage without a rule does not say who the client is in
 * Customer.io: then the deal tells. @param entries the newest first
 */
export function lastClients<T extends Entry>(entries: T[], most: number): T[] {
  const seen = new Set<string>();
  const isNew = (entry: Entry) => {
    const keys = keysOf(entry);
    const isKnown = keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return !isKnown;
  };
  const named = entries.filter(({ client, person }) => client !== null || person !== null);
  return named.filter(isNew).slice(0, most);
}

function keysOf({ connection, person, dealId }: Entry): string[] {
  const deal = JSON.stringify([connection, dealId]);
  return person === null ? [deal] : [deal, JSON.stringify([connection, person])];
}
