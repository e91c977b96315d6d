import { z } from 'zod';
import { decision } from '../schemas.ts';

/*
 * Test cases of a connection's rules as JSON: in answers of the API, and between processes.
 */

const id = z.int().positive();

/** What a case comes to by some rules. `unknown`: its facts are not enough to judge it by these rules. */
export const judgedCase = z.object({
  id,
  name: z.string(),
  /** Its event, as a sentence. */
  title: z.string(),
  result: z.enum(['same', 'different', 'unknown']),
  /** Only where the result is different, and of the first 20 of these. */
  expected: decision.nullable(),
  actual: decision.nullable(),
});
export type JudgedCase = z.output<typeof judgedCase>;

/** An event with the facts of its decision, packed, as it goes into a case. */
export const captured = z.object({
  title: z.string(),
  dealId: id.nullable(),
  contactIds: z.array(id),
  /** Base64. */
  facts: z.string(),
  expected: z.string(),
});
export type Captured = z.output<typeof captured>;
