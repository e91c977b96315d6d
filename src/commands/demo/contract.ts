import { z } from 'zod';
import type { Route } from '../../http/api/route.ts';

/**
 * The API of the demo's board, which shows both simulators as their users would see them, the story that is played on them,
 * and what can be broken. Times are ms since 1970 unless a name ends in `Ms`.
 */

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

export const outageKind = z.enum([
  'kommo_token',
  'customerio_away',
  'rate_limit',
  'signing_key',
  'killed_server',
  'missing_field',
]);
export type OutageKind = z.output<typeof outageKind>;

export const storyCommand = z.enum(['start', 'pause', 'next', 'replay']);
export type StoryCommand = z.output<typeof storyCommand>;

export const moveBody = z.strictObject({ deal: z.int().positive(), stage: z.int().positive() });
export const mailBody = z.strictObject({ delivery: z.string().min(1).max(200), act: mailAction });
export const dealBody = z.strictObject({ name: z.string().trim().max(80).optional() });
export const storyBody = z.strictObject({ command: storyCommand });
export const outageBody = z.strictObject({ kind: outageKind, act: z.enum(['break', 'repair']) });

/** What has happened to an email. A machine's open is one that Apple's mail privacy or a scanner has made. */
export type MailMark = 'opened' | 'machine_opened' | 'clicked' | 'converted' | 'unsubscribed' | 'spammed';

export interface BoardMail {
  delivery: string;
  /** The event that started it. */
  event: string;
  /** `skipped`: Customer.io made no email. `no_campaign`: no campaign is triggered by the event. */
  state: 'sent' | 'bounced' | 'dropped' | 'failed' | 'skipped' | 'no_campaign';
  /** Null where there is no email. */
  subject: string | null;
  at: number;
  /** Paragraphs of plain text. */
  body: string[];
  link: { label: string; href: string } | null;
  /** What was done with the email, in this order. */
  marks: MailMark[];
  /** Why it was not sent, in Customer.io's words. */
  why: string | null;
}

export interface BoardEntry {
  id: number;
  kind: 'note' | 'task';
  text: string;
  at: number;
}

export interface BoardMailbox {
  email: string | null;
  /** The newest first. */
  mails: BoardMail[];
}

export interface BoardDeal extends BoardMailbox {
  id: number;
  name: string;
  /** In US dollars. */
  price: number;
  stage: number;
  person: string;
  /** The field `email_status`; null where it is empty. */
  emailStatus: string | null;
  /** Notes and tasks, the newest first. */
  entries: BoardEntry[];
}

export type SideName = 'kommo' | 'customerio';

/**
 * - `seen`: the simulator has it
 * - `missed`: it did not come in time
 * - `yours`: it did not come, and the visitor has changed this client's deal or emails
 * - `skipped`: the visitor went on without it
 */
export type EffectState = 'waiting' | 'seen' | 'missed' | 'yours' | 'skipped';

export interface StoryEffect {
  what: string;
  side: SideName;
  state: EffectState;
  /** What was seen. */
  detail: string | null;
  /** From the step's start until it was seen, or until now while it is waited for; else null. */
  ms: number | null;
}

export interface StoryStep {
  actor: string;
  does: string;
  /** The deal to look at. */
  deal: number;
  state: 'waiting' | 'running' | 'done';
  effects: StoryEffect[];
}

export interface Story {
  /** `ready`: not started yet. */
  state: 'ready' | 'playing' | 'paused' | 'ended';
  scenes: { title: string; steps: StoryStep[] }[];
}

/** One thing that must arrive once. */
export interface Parcel {
  side: SideName;
  what: string;
  deal: number;
  /** The visitor has moved the deal or acted as its client, so that it proves nothing. */
  isTouched: boolean;
  /** How often it is there. */
  count: number;
}

export interface Outage {
  kind: OutageKind;
  /**
   * `recovering`: repaired, and not everything has arrived yet. `proven`: everything has arrived. `incomplete`: something
   * has not, and nothing is under way any more.
   */
  state: 'broken' | 'recovering' | 'proven' | 'incomplete';
  brokenAt: number;
  repairedAt: number | null;
  provenAt: number | null;
  /** What happened while it was broken, in the order in which it must arrive for each deal. */
  parcels: Parcel[];
  /** Of the deals that the visitor has not touched. */
  isInOrder: boolean;
}

/** What has passed through Stagepost since the demo started. */
export interface Flow {
  /** Webhooks that Stagepost has accepted. */
  webhooks: { kommo: number; customerio: number };
  /** Attempts to deliver a webhook that failed. */
  refused: { kommo: number; customerio: number };
  /** Notes, tasks and fields at Kommo; people and events at Customer.io. */
  delivered: { kommo: number; customerio: number };
}

/** What Stagepost holds. */
export interface Work {
  events: number;
  /** Requests, events and actions that are not done yet. */
  waiting: number;
  dead: number;
}

export interface Board {
  stages: { id: number; name: string }[];
  deals: BoardDeal[];
  /** The mailboxes to which the visitor has sent tests of rules. */
  tests: BoardMailbox[];
  /** The events that trigger a campaign in Customer.io. */
  campaigns: string[];
  story: Story;
  /** The last of each kind. */
  outages: Outage[];
  flow: Flow;
  /** Null while it cannot be read. */
  work: Work | null;
}

const stated = { role: 'editor', scope: 'none', tag: 'demo' } as const;
const simulated = {
  audit: null,
  readOnly: 'it changes the simulators only, and nothing of Stagepost',
} as const;
const ok = z.object({ ok: z.literal(true) });

/** The routes of the demo, which no other Stagepost has. */
export const demoRoutes = {
  board: {
    ...stated,
    method: 'GET',
    path: '/api/demo/board',
    audit: null,
    summary: 'The simulated deals and mailboxes, the story, and what is broken',
    answer: z.looseObject({}),
  },
  move: {
    ...stated,
    ...simulated,
    method: 'POST',
    path: '/api/demo/move',
    summary: 'Moves a deal in the simulated Kommo',
    body: moveBody,
    answer: ok,
  },
  deal: {
    ...stated,
    ...simulated,
    method: 'POST',
    path: '/api/demo/deal',
    summary: 'Creates a deal in the simulated Kommo',
    body: dealBody,
    answer: z.object({ deal: z.int() }),
  },
  mail: {
    ...stated,
    ...simulated,
    method: 'POST',
    path: '/api/demo/mail',
    summary: 'Opens, clicks or unsubscribes as a simulated client',
    body: mailBody,
    answer: ok,
  },
  story: {
    ...stated,
    ...simulated,
    method: 'POST',
    path: '/api/demo/story',
    summary: 'Starts, pauses or replays the story, or takes its next step',
    body: storyBody,
    answer: ok,
  },
  outage: {
    ...stated,
    ...simulated,
    method: 'POST',
    path: '/api/demo/outage',
    summary: 'Breaks or repairs one of the simulated accounts, or kills the demo’s Stagepost',
    body: outageBody,
    answer: ok,
  },
} as const satisfies Record<string, Route>;

export type DemoRouteName = keyof typeof demoRoutes;
