import { z } from 'zod';
import { MAIL_STATES } from '../../../domain/consent/mail-state.ts';
import { connectionName, id } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** The beginning of words: of a deal's name, a client's, a company's, an address; or a deal's number or address in Kommo. */
export const searchQuery = z.strictObject({
  q: z.string().trim().min(1).max(300),
  connection: connectionName.optional(),
});

/** A client on a deal, a deal without a client, or a client without a deal. */
export const searchResult = z.object({
  connection: connectionName,
  /** Leads to its page, as the `q` of `/api/subjects`. */
  q: z.string(),
  /** The client's name; null where no contact was read. */
  client: z.string().nullable(),
  email: z.string().nullable(),
  company: z.string().nullable(),
  deal: z.object({ id, name: z.string().nullable(), stage: z.string().nullable() }).nullable(),
  /** Whether the client can get email, and in words; null where Customer.io does not have the client from Stagepost. */
  mail: z.object({ state: z.enum(MAIL_STATES), text: z.string() }).nullable(),
});
export type SearchResult = z.output<typeof searchResult>;

/** The best matches first, at most 12 of each connection. */
export const searchResults = z.object({ q: z.string(), results: z.array(searchResult) });
export type SearchResults = z.output<typeof searchResults>;

export const searchRoutes = {
  search: {
    method: 'GET',
    path: '/api/search',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'deals and people',
    summary: 'Clients and deals by name, company, address or number',
    query: searchQuery,
    answer: searchResults,
    speaks: true,
  },
} as const satisfies Record<string, Route>;
