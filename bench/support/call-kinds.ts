/** A call as both simulators log it. */
interface LoggedCall {
  method: string;
  path: string;
  query: string;
}

/**
 * What a call to Kommo is about, so that a figure shows which of them a change saves. Reads of a single deal or contact are
 * those of a stage change alone.
 */
export function kindOfKommoCall({ method, path, query }: LoggedCall): string {
  const entity = /\/api\/v4\/(.*)$/.exec(path)?.[1] ?? path;
  if (method === 'POST' && entity.endsWith('notes')) return 'notes written';
  if (method !== 'GET') return `${entity} written`;
  if (/^(leads|contacts)\/\d+$/.test(entity)) return 'single deals and contacts';
  if (entity === 'leads') return 'deals read, many at once';
  if (entity !== 'contacts') return `${entity} read`;
  if (query.includes('filter[id]')) return 'contacts read, many at once';
  return query.includes('query=') ? 'searches for contacts' : 'pages of contacts';
}

/** Counts by kind, in the order in which the kinds first appear. */
export class CallCounts {
  readonly #counts = new Map<string, number>();

  add(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  /** How many calls there were, without those of these kinds. */
  totalWithout(...kinds: string[]): number {
    return [...this.#counts].reduce((sum, [other, count]) => (kinds.includes(other) ? sum : sum + count), 0);
  }

  entries(): [kind: string, count: number][] {
    return [...this.#counts];
  }
}
