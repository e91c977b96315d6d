import { z } from 'zod';
import { connectionName, ms } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** `unknown`: never proven. `ok`: proven. `warning`: it works, but somebody should act. `broken`: it does not work. */
export const light = z.enum(['unknown', 'ok', 'warning', 'broken']);
export type Light = z.output<typeof light>;

const healthItem = z.object({
  /** Stable: docs/health.md lists all of them. */
  code: z.string(),
  /** Null: about the whole installation. */
  connection: connectionName.nullable(),
  side: z.enum(['kommo', 'customerio', 'rules', 'installation']),
  light: z.enum(['unknown', 'warning', 'broken']),
  /** Since when it has this light. */
  since: ms,
  message: z.string(),
  todo: z.string(),
  page: z.enum(['connections', 'rules', 'failures', 'held', 'activity', 'overview']),
});
export type HealthItem = z.output<typeof healthItem>;

const proof = z.object({
  name: z.enum([
    'kommo_token',
    'kommo_webhook',
    'kommo_log',
    'track_keys',
    'app_key',
    'signing_key',
    'rules',
  ]),
  /** What it proves, as a step of the setup. */
  title: z.string(),
  isProven: z.boolean(),
  /** Whether it does not work now, although it may have been proven before. A process of an older version does not say so. */
  isContradicted: z.boolean().optional(),
  /** When it was last seen to work with the present credential; null: never, or not a matter of time. */
  at: ms.nullable(),
  /** What showed it. */
  by: z.string().nullable(),
  /** Whether the setup is unfinished without it. */
  isRequired: z.boolean(),
  todo: z.string(),
});
export type Proof = z.output<typeof proof>;

const sideHealth = z.object({
  side: healthItem.shape.side,
  light,
  since: ms,
  items: z.array(healthItem),
  proofs: z.array(proof),
});

const connectionHealth = z.object({
  connection: connectionName,
  light,
  since: ms,
  /** When the process that runs the connection last judged it; null: never. */
  judgedAt: ms.nullable(),
  sides: z.array(sideHealth),
});
export type ConnectionHealth = z.output<typeof connectionHealth>;

const health = z.object({
  light,
  /** The server's clock. */
  at: ms,
  installation: sideHealth,
  connections: z.array(connectionHealth),
});
export type Health = z.output<typeof health>;

export const healthRoutes = {
  health: {
    method: 'GET',
    path: '/api/health',
    role: 'viewer',
    scope: 'filtered',
    audit: null,
    tag: 'now',
    summary: 'What works, what is proven, and what is wrong with what to do, by connection and side',
    answer: health,
    speaks: true,
  },
} as const satisfies Record<string, Route>;
