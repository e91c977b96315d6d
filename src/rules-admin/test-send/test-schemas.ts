import { z } from 'zod';

/*
 * A test: the event of a draft's rule, with a real deal's data, sent to the profile of a test person at Customer.io. As JSON
 * between the console, the process that receives its request and the process that runs the connection.
 */

export const testRequest = z.strictObject({
  /** The place of the rule in the draft, or in the live rules where there is no draft. */
  rule: z.strictObject({
    part: z.enum(['stages', 'inactivity']),
    index: z.int().nonnegative().max(10_000),
  }),
  /** The deal whose data is sent. */
  dealId: z.int().positive(),
  /** The address that gets the email: one that no client has. */
  to: z.string().trim().min(1).max(300),
});
export type TestRequest = z.output<typeof testRequest>;

export const testSent = z.object({
  event: z.string(),
  /** The address in its normal form. */
  to: z.string(),
  /** The test person's identifier at Customer.io. */
  person: z.string(),
  attributes: z.record(z.string(), z.json()),
  data: z.record(z.string(), z.json()),
  /** What was cut to Customer.io's limits. */
  warnings: z.array(z.string()),
});
export type TestSent = z.output<typeof testSent>;
