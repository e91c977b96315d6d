import { z } from 'zod';
import { FIXABLE } from './connection.ts';

const fix = z.object({ does: z.string(), needsPublicUrl: z.boolean() });

const finding = z.object({
  connection: z.string().nullable(),
  check: z.string(),
  status: z.enum(['ok', 'warning', 'failure', 'skipped']),
  message: z.string(),
  todo: z.string().nullable(),
  fix: fix.nullable(),
});

/**
 * How the command `doctor` asks the process that runs a connection for its checks, where both use one PostgreSQL server
 * (src/cluster/instance-rpc.ts). A run takes longer than one call may, so the command polls.
 */
export const checksMethod = {
  name: 'doctor.checks',
  /** `start`: begins a run, unless one is under way. */
  request: z.object({ start: z.boolean() }),
  response: z.object({
    /** When the process read its configuration, ms. */
    configuredAt: z.number(),
    publicUrl: z.string().nullable(),
    running: z.boolean(),
    /** Of the last run. */
    findings: z.array(finding),
  }),
};

/** Fixes what one check has found, in the process that runs the connection. */
export const fixMethod = {
  name: 'doctor.fix',
  request: z.object({ check: z.enum(FIXABLE) }),
  response: z.object({ findings: z.array(finding) }),
};

/** The checks of one connection, as the process knows them that runs it. */
export type RemoteChecks = z.output<typeof checksMethod.response>;
