import { z } from 'zod';
import { FAILURE_CLASSES } from '../../domain/errors.ts';
import { nameProblem, normalizedName, spellingProblem } from '../../lib/display-names.ts';

/** Milliseconds since 1970-01-01 UTC. */
export const ms = z.int().nonnegative();
export const id = z.int().positive();
export const count = z.int().nonnegative();
/** A version of a connection's rules; the column is a 32-bit integer. 0: before the first one. */
export const rulesVersion = z
  .int()
  .nonnegative()
  .max(2 ** 31 - 1);

/** The name of a connection, as in stagepost.yaml. */
export const connectionName = z.string().min(1).max(200);

/** A viewer reads. An editor also replays and discards. An admin also manages users and tokens. */
export const role = z.enum(['viewer', 'editor', 'admin']);
export type Role = z.output<typeof role>;

/** The connections that a role is limited to; null: all of them. */
export const connections = z.array(connectionName).max(1_000).nullable();

/** A role for each of some connections, by name. */
export const roles = z
  .record(connectionName, role)
  .refine((all) => Object.keys(all).length <= 1_000, 'holds more than 1000 connections');

/** What somebody may do, in an answer. */
export const accessAnswer = {
  /** For all connections; with `roles`, the highest of these. */
  role,
  /** The names in `roles`; null: all connections. */
  connections,
  /** Null: `role` is for all connections, also for those that are added later. */
  roles: roles.nullable(),
};

/** The name of a user, in Unicode's compatibility form; nobody can choose one that looks like another's. */
export const userName = displayName(nameProblem);
/** The name of a token, which is always shown as `token NAME`. */
export const tokenName = displayName(spellingProblem);

function displayName(problemOf: (name: string) => string | null) {
  return z
    .string()
    .max(80)
    .transform(normalizedName)
    .superRefine((name, context) => {
      const problem = problemOf(name);
      if (problem !== null) context.addIssue({ code: 'custom', message: `the name ${problem}` });
    });
}

export const side = z.enum(['kommo', 'customerio']);
export type Side = z.output<typeof side>;

/** Not an enum: another version of Stagepost may have stored kinds that this one does not know. */
export const actionKind = z.string();

/** The names of a kind of action for people: "1 note", "2 notes". */
export const actionNames = z.object({ one: z.string(), many: z.string() });

export const failureClass = z.enum(FAILURE_CLASSES);

/** Any JSON value. */
export const json = z.json();

/** A whole number in a query string. */
export const queryNumber = z
  .string()
  .regex(/^\d{1,16}$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.int().nonnegative());

/** The `:id` of a path. */
export const idParams = z.strictObject({ id: queryNumber.pipe(z.int().positive()) });

/** The answer of a route without any other content. */
export const ok = z.object({ ok: z.literal(true) });

/** The error answer of every route, with the status 400, 401, 403, 404, 409, 413, 415, 429 or 5xx. */
export const problem = z.object({
  /** A sentence for people. Never contains a secret. */
  error: z.string(),
});
