import type { RulesConfig } from '../config/index.ts';
import type { TimerChange } from '../domain/rules/publish-effects.ts';
import type { Language } from '../languages/languages.ts';
import type { Actor, Authorship } from '../store/users/actor.ts';
import type { CaseList } from './cases/case-list.ts';
import type { Captured, JudgedCase } from './cases/case-schemas.ts';
import type { Rendered, RenderRequest } from './render-schemas.ts';
import type { Compared, Draft, DraftTree, Preview, PreviewSubject } from './schemas.ts';
import type { TestRequest, TestSent } from './test-send/test-schemas.ts';

/**
 * Shows and edits the rules of one connection. Every method throws RulesError. `user` is the key of the person or token that
 * asks: the work on texts is done for one request of each at a time; `language` is that of the reader, and English by default.
 * `LocalRulesService` is the implementation;
 * `withRemotePreview` forwards previews and comparisons to the process that runs the connection.
 */
export interface RulesService {
  /** The active rules, laid over the pipelines that Kommo has. */
  overview(user: string, language?: Language): Promise<RulesOverview>;
  /** The text of the rules. @param version default: the newest; 0: the empty rules before the first version */
  source(user: string, version?: number): Promise<RuleSource>;
  /** Newest first, at most 500. */
  versions(): Promise<RuleVersions>;
  /** Value paths, report names and fields, for completion. */
  help(): Promise<RuleHelp>;
  /** Validates a draft. Changes nothing. */
  check(user: string, draft: Draft, language?: Language): Promise<Checked>;
  /** What publishing a draft means for deals and timers that are there already. Changes nothing. */
  effects(user: string, draft: Draft): Promise<PublishEffects>;
  /** The decisions about the subject by the active rules and, if given, by the draft. Sends and stores nothing. */
  preview(
    user: string,
    subject: PreviewSubject,
    draft: Draft | undefined,
    language?: Language,
  ): Promise<Preview>;
  /** Texts as they come out for a deal, which is read from Kommo once a minute. Sends and stores nothing. */
  render(user: string, request: RenderRequest): Promise<Rendered>;
  /** Sends a rule's event with a deal's data to a test person. Writes nothing to Kommo. @param draft undefined: the live rules */
  sendTest(user: string, request: TestRequest, draft: Draft | undefined): Promise<TestSent>;
  /** An event as it goes into a test case, with the decision by the active rules. */
  capture(user: string, subject: PreviewSubject): Promise<Captured>;
  /** What the test cases come to. @param draft undefined: by the newest rules */
  judgeCases(user: string, draft: Draft | undefined): Promise<JudgedCase[]>;
  /** Has a test case expect what it comes to by a draft. */
  expectCase(user: string, id: number, draft: Draft | undefined, by: Authorship): Promise<void>;
  /** The test cases themselves. */
  readonly cases: CaseList;
  /** The recent events with a different decision by the draft. Sends and stores nothing. @param events how many to plan */
  compare(user: string, draft: Draft, events: number, language?: Language): Promise<Compared>;
  /** Makes a draft the newest version, and writes an entry into the audit log. */
  publish(publication: Publication, publisher: Publisher): Promise<Published>;
  difference(user: string, from: number, to: number, language?: Language): Promise<Difference>;
}

export interface RulesOverview {
  connection: string;
  /** The configuration file. */
  file: string;
  /** False where the rules come from the file; `reason` says what to do. */
  editable: boolean;
  reason: string | null;
  /** The published version; 0: none is published yet. Null where the rules come from the file. */
  version: number | null;
  /** When the pipelines were last read from Kommo, ms; null: not yet, and `pipelines` has only what the rules name. */
  readAt: number | null;
  pipelines: {
    id: number | null;
    name: string;
    stages: {
      id: number | null;
      name: string;
      /** The color in Kommo: `#99ccff`. */
      color: string | null;
      rule: StageRuleOverview | null;
    }[];
  }[];
  person: RulesConfig['person'];
  reactions: RulesConfig['reactions'];
  inactivity: (Omit<RulesConfig['inactivity'][number], 'unless'> & {
    /** As one text. */
    unless: string;
  })[];
  skipMovesAfterSeconds: number;
  waitForContactSeconds: number;
  bulkGuard: RulesConfig['bulkGuard'];
}

export type StageRuleOverview = Pick<
  RulesConfig['stages'][number],
  'event' | 'data' | 'note' | 'tags' | 'unmailableClients' | 'once' | 'bulkGuard'
> & {
  /** In words; null where there is none. */
  condition: string | null;
  /** When the event goes out, in words; null: at once. */
  held: string | null;
};

export interface RuleSource {
  connection: string;
  editable: boolean;
  reason: string | null;
  /** 0: none is published yet, or the rules come from the file. */
  version: number;
  text: string;
  tree: DraftTree;
}

export interface RuleVersions {
  versions: {
    version: number;
    /** ms */
    at: number;
    /** The name of the publisher. */
    by: string;
    note: string | null;
    /** The older version that it restores; null where it restores none. */
    restored: number | null;
    isCurrent: boolean;
  }[];
}

export interface RuleHelp {
  /** Value paths with the account's own fields: `deal.field.Plan`. */
  paths: {
    path: string;
    /** The field's name in Kommo: `Plan (list)`. */
    label: string;
    /** `report`: only reactions may use it. */
    scope: 'everywhere' | 'report';
  }[];
  /** The names of reports that can have a reaction, or stop an inactivity timer. */
  reports: string[];
  /** The names of the deal fields that a reaction can set. */
  fields: string[];
  /** The variables of each kind of text besides value paths. */
  names: Record<'stage_note' | 'reaction' | 'inactivity', string[]>;
}

/** A mistake in a draft: its place as a path for the form, and as line and column for the text. */
export interface DraftProblem {
  /** `['stages', 2, 'event']` */
  path: (string | number)[];
  line: number;
  column: number;
  message: string;
  hint: string | null;
}

export interface Checked {
  ok: boolean;
  problems: DraftProblem[];
  warnings: DraftProblem[];
  text: string;
  /** Null where the text does not have the shape of the form. */
  tree: DraftTree | null;
  /** How the draft differs from the active rules, as sentences. */
  changes: string[];
}

export interface PublishEffects {
  /** Stages with a new or changed rule in which deals are; these deals get nothing of it. At most 50. */
  stages: { pipeline: string; stage: string; isNew: boolean; deals: number }[];
  /** Changed timers of which some are running. */
  timers: { start: string; changes: TimerChange[]; running: number }[];
  /** Stage changes that wait for a contact, their time or a decision, and will follow the new rules; at most 10,000. */
  waiting: number;
}

export interface Publication {
  draft: Draft;
  /** The version that was edited. Fails with `conflict` if another one was published since. */
  basedOn: number;
  note?: string | undefined;
  /** Publishes although test cases do not come out as expected; then a note is required. */
  acceptDifferentCases?: boolean | undefined;
  /** Stores the version even while the rules come from the file, so that the switch to `rules: console` leaves no gap. */
  ahead: boolean;
}

/** The publisher, for the list of versions and the audit log. */
export interface Publisher {
  /** The key of the person or token. */
  user: string;
  actor: Actor;
}

export interface Published {
  version: number;
  changes: string[];
  /** False while the rules still come from the file. */
  isRunning: boolean;
}

export interface Difference {
  changes: string[];
  from: { version: number; text: string };
  to: { version: number; text: string };
}
