import { z } from 'zod';
import type { Route } from '../../http/api/route.ts';

/** The API of the demo's board, which shows both simulators as their users would see them. Times are ms since 1970. */

export const mailAction = z.enum([
  'open',
  'machine_open',
  'click',
  'convert',
  'unsubscribe',
  'spam',
  'bounce',
]);
export type MailAction = z.output<typeof mailAction>;

export const moveBody = z.strictObject({ deal: z.int().positive(), stage: z.int().positive() });
export const mailBody = z.strictObject({ delivery: z.string().min(1).max(200), act: mailAction });

export interface BoardMail {
  delivery: string;
  subject: string;
  /** The event that started it. */
  event: string;
  state: 'sent' | 'bounced' | 'dropped' | 'failed';
  /** What the client has done with the email, in this order: `opened`, `clicked`, ... */
  done: string[];
}

export interface BoardEntry {
  id: number;
  kind: 'note' | 'task';
  text: string;
  at: number;
}

export interface BoardDeal {
  id: number;
  name: string;
  price: number;
  stage: number;
  person: string;
  email: string | null;
  /** The field `email_status`; null where it is empty. */
  emailStatus: string | null;
  /** Notes and tasks, the newest first. */
  entries: BoardEntry[];
  mails: BoardMail[];
}

export interface Board {
  stages: { id: number; name: string }[];
  deals: BoardDeal[];
}

const stated = { role: 'editor', scope: 'none', tag: 'demo' } as const;
const simulated = {
  audit: null,
  readOnly: 'it changes the simulators only, and nothing of Stagepost',
} as const;

/** The routes of the demo, which no other Stagepost has. */
export const demoRoutes = {
  board: {
    ...stated,
    method: 'GET',
    path: '/api/demo/board',
    audit: null,
    summary: 'The simulated deals and mailboxes',
    answer: z.looseObject({}),
  },
  move: {
    ...stated,
    ...simulated,
    method: 'POST',
    path: '/api/demo/move',
    summary: 'Moves a deal in the simulated Kommo',
    body: moveBody,
    answer: z.object({ ok: z.literal(true) }),
  },
  deal: {
    ...stated,
    ...simulated,
    method: 'POST',
    path: '/api/demo/deal',
    summary: 'Creates a deal in the simulated Kommo',
    answer: z.object({ deal: z.int() }),
  },
  mail: {
    ...stated,
    ...simulated,
    method: 'POST',
    path: '/api/demo/mail',
    summary: 'Opens, clicks or unsubscribes as a simulated client',
    body: mailBody,
    answer: z.object({ ok: z.literal(true) }),
  },
} as const satisfies Record<string, Route>;
