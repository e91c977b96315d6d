import type { ConnectionConfig, RuleContents } from '../config/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import { LANGUAGES, type Language } from '../languages/languages.ts';
import { visibleText } from '../lib/display-names.ts';
import type { Database, Db } from '../store/database/database.ts';
import { addRuleVersion, listRuleVersions, newestRules, rulesOfVersion } from '../store/rule-versions.ts';
import { type Authorship, shownActorName } from '../store/users/actor.ts';
import { AccountNames } from './account-names.ts';
import type { Captured, JudgedCase } from './cases/case-schemas.ts';
import { assertAccepted, type RuleCases } from './cases/rule-cases.ts';
import { countEffects } from './count-effects.ts';
import type { BaseRules, CompiledDraft } from './draft-work/check-tasks.ts';
import type { DraftWork } from './draft-work/draft-tasks.ts';
import { assertNoProblems } from './drafts.ts';
import { RulesError } from './errors.ts';
import { ruleHelp } from './help.ts';
import { reasonNotEditable, rulesOverview } from './overview.ts';
import type { RulesPreview } from './preview.ts';
import type { Rendered, RenderRequest } from './render-schemas.ts';
import type {
  Checked,
  Difference,
  Publication,
  PublishEffects,
  Published,
  Publisher,
  RuleHelp,
  RuleSource,
  RulesOverview,
  RulesService,
  RuleVersions,
} from './rules-service.ts';
import type { Compared, Draft, Preview, PreviewSubject } from './schemas.ts';
import type { TestRequest, TestSent } from './test-send/test-schemas.ts';

/** A connection, of which only the rules of the file are needed. */
export type RulesOwner =
  | ConnectionConfig
  | (Pick<ConnectionConfig, 'name' | 'rulesText'> & { rulesIn: 'console' });

export interface LocalRulesOptions {
  config: RulesOwner;
  /** The configuration file, for messages. */
  file: string;
  database(): Promise<Pick<Database, 'db'>>;
  /** The catalog as stored, with the time it was read from Kommo in ms; null before the first reading. */
  storedCatalog(): Promise<{ catalog: Catalog; at: number | null } | null>;
  /** Reads the catalog from Kommo; null where this process cannot. @throws DeliveryError or RulesError */
  refreshCatalog(): Promise<Catalog | null>;
  /** Called after a version was published; resolves when it is active in this process, if the connection runs here. */
  onPublished(): Promise<void>;
  /** Null where no server runs: then `preview` and `compare` are unavailable. */
  preview: RulesPreview | null;
  cases: RuleCases;
  /** Parses, checks and writes drafts. */
  work: DraftWork;
  now(): number;
}

const MAX_LISTED_VERSIONS = 500;
/** The highest age of the account's names for the check of a draft, in ms. */
const CHECK_NAMES_WITHIN_MS = 15_000;
/** The highest age for a publication, in ms: rules with a name that was just deleted must not go live. */
const PUBLISH_NAMES_WITHIN_MS = 1_000;

/** The rules of one connection, in this process's database: for the server, and for commands while no server runs. */
export class LocalRulesService implements RulesService {
  readonly #options: LocalRulesOptions;
  readonly #names: AccountNames;

  constructor(options: LocalRulesOptions) {
    const { refreshCatalog, now } = options;
    this.#options = options;
    this.#names = new AccountNames({ storedCatalog: () => this.#catalog(), refreshCatalog, now });
  }

  get cases(): RuleCases {
    return this.#options.cases;
  }

  async overview(user: string, language: Language = 'en'): Promise<RulesOverview> {
    const { config, file, storedCatalog, work } = this.#options;
    const stored = await storedCatalog();
    if (config.rulesIn === 'file')
      return rulesOverview(config.name, file, { version: null, rules: config }, stored, LANGUAGES[language]);
    const { version, text } = await this.#newest();
    return work(user, 'overview', { connection: config.name, file, version, text, stored, language });
  }

  async source(user: string, version?: number): Promise<RuleSource> {
    const { config, file, work } = this.#options;
    const { version: shown, text } =
      version === undefined ? await this.#newest() : { version, text: await this.#textOf(version) };
    const reason = this.#isInFile ? reasonNotEditable(file) : null;
    const tree = (await work(user, 'tree', { text })) ?? {};
    return { connection: config.name, editable: reason === null, reason, version: shown, text, tree };
  }

  async versions(): Promise<RuleVersions> {
    const rows = await listRuleVersions(await this.#db(), this.#name, MAX_LISTED_VERSIONS);
    return {
      versions: rows.map(({ version, at, published_by, published_kind, note, restored }, index) => ({
        ...{ version, at, by: shownActorName(published_by, published_kind), note: shownNote(note), restored },
        isCurrent: index === 0 && !this.#isInFile,
      })),
    };
  }

  async help(): Promise<RuleHelp> {
    return ruleHelp(await this.#catalog());
  }

  async check(user: string, draft: Draft, language: Language = 'en'): Promise<Checked> {
    const base = this.#baseOf((await this.#newest()).text);
    const { checked } = await this.#names.withReadableNames(CHECK_NAMES_WITHIN_MS, (catalog) =>
      this.#options.work(user, 'check', { draft, base, catalog, language }),
    );
    return checked;
  }

  async effects(user: string, draft: Draft): Promise<PublishEffects> {
    const base = this.#baseOf((await this.#newest()).text);
    const catalog = await this.#catalog();
    const found = await this.#options.work(user, 'effects', { draft, base, catalog });
    return countEffects(await this.#db(), this.#name, found ?? { stages: [], timers: [] });
  }

  async preview(
    user: string,
    subject: PreviewSubject,
    draft: Draft | undefined,
    language: Language = 'en',
  ): Promise<Preview> {
    const preview = this.#runningPreview();
    const rules = draft === undefined ? null : await this.#rulesOf(user, draft);
    return preview.preview(user, subject, rules, language);
  }

  async render(user: string, request: RenderRequest): Promise<Rendered> {
    return this.#runningPreview().render(user, request);
  }

  async sendTest(user: string, request: TestRequest, draft: Draft | undefined): Promise<TestSent> {
    const preview = this.#runningPreview();
    return preview.sendTest(user, request, draft === undefined ? null : await this.#rulesOf(user, draft));
  }

  async capture(user: string, subject: PreviewSubject): Promise<Captured> {
    return this.#runningPreview().capture(user, subject);
  }

  async judgeCases(user: string, draft: Draft | undefined): Promise<JudgedCase[]> {
    return this.cases.judge(user, await this.#rulesOf(user, draft ?? (await this.#newestDraft())));
  }

  async expectCase(user: string, id: number, draft: Draft | undefined, by: Authorship): Promise<void> {
    const rules = await this.#rulesOf(user, draft ?? (await this.#newestDraft()));
    await this.cases.expect(user, id, rules, by);
  }

  async compare(user: string, draft: Draft, events: number, language: Language = 'en'): Promise<Compared> {
    const preview = this.#runningPreview();
    return preview.compare(user, await this.#rulesOf(user, draft), events, language);
  }

  async publish(publication: Publication, publisher: Publisher): Promise<Published> {
    const { config, file, onPublished } = this.#options;
    const { draft, basedOn, ahead } = publication;
    if (this.#isInFile && !ahead) throw new RulesError('conflict', reasonNotEditable(file));
    const db = await this.#db();
    const newest = await newestRules(db, this.#name);
    if ((newest?.version ?? 0) !== basedOn) throw conflict(newest, basedOn);
    const before = this.#isInFile ? config.rulesText() : await this.#textOf(basedOn);
    const { text, changes, rules } = await this.#compile(publisher.user, draft, before, {
      namesWithinMs: PUBLISH_NAMES_WITHIN_MS,
      action: 'published',
    });
    const accepted = assertAccepted(await this.cases.judge(publisher.user, rules), publication);
    const version = await this.#store(text, accepted, publication, publisher);
    if (version === null) throw conflict(await newestRules(db, this.#name), basedOn);
    await onPublished();
    return { version, changes, isRunning: !this.#isInFile };
  }

  async difference(user: string, from: number, to: number, language: Language = 'en'): Promise<Difference> {
    const [before, after] = [await this.#textOf(from), await this.#textOf(to)];
    return {
      changes: await this.#options.work(user, 'difference', { before, after, language }),
      from: { version: from, text: before },
      to: { version: to, text: after },
    };
  }

  get #name(): string {
    return this.#options.config.name;
  }

  get #isInFile(): boolean {
    return this.#options.config.rulesIn === 'file';
  }

  async #db(): Promise<Db> {
    return (await this.#options.database()).db;
  }

  async #catalog(): Promise<Catalog | null> {
    return (await this.#options.storedCatalog())?.catalog ?? null;
  }

  /** The newest published text, or the rules of the file. */
  async #newest(): Promise<{ version: number; text: string }> {
    if (this.#isInFile) return { version: 0, text: this.#options.config.rulesText() };
    return (await newestRules(await this.#db(), this.#name)) ?? { version: 0, text: '' };
  }

  async #newestDraft(): Promise<Draft> {
    return { text: (await this.#newest()).text };
  }

  /** @throws RulesError `not_found` */
  async #textOf(version: number): Promise<string> {
    if (version === 0) return '';
    const stored = await rulesOfVersion(await this.#db(), this.#name, version);
    if (stored) return stored.text;
    throw new RulesError('not_found', `There is no version ${version} of the rules of ${this.#name}.`);
  }

  /** @throws RulesError `invalid` or `unavailable` */
  async #rulesOf(user: string, draft: Draft): Promise<Rules> {
    const { text } = await this.#newest();
    const { rules } = await this.#compile(user, draft, text, {
      namesWithinMs: CHECK_NAMES_WITHIN_MS,
      action: 'tried',
    });
    return rules;
  }

  /** @throws RulesError `invalid` with the mistakes, or `unavailable` where the names cannot be checked */
  async #compile(
    user: string,
    draft: Draft,
    baseText: string,
    { namesWithinMs, action }: { namesWithinMs: number; action: 'tried' | 'published' },
  ): Promise<CompiledDraft & { rules: Rules }> {
    const base = this.#baseOf(baseText);
    const compiled = await this.#names.with(namesWithinMs, (catalog) =>
      this.#options.work(user, 'compile', { draft, base, catalog }),
    );
    assertNoProblems(compiled, action);
    const { rules } = compiled;
    if (!rules) throw noCatalog();
    return { ...compiled, rules };
  }

  /** The file's rules may contain values of variables, which their text does not show. */
  #baseOf(text: string): BaseRules {
    const { config } = this.#options;
    const contents = config.rulesIn === 'file' && text === config.rulesText() ? contentsOf(config) : null;
    return { text, contents };
  }

  /** Stores the version and its audit entry in one transaction. @returns null where another version came first */
  async #store(
    text: string,
    accepted: string | null,
    publication: Publication,
    publisher: Publisher,
  ): Promise<number | null> {
    const { basedOn, note = null } = publication;
    const row = { connection: this.#name, basedOn, text, note, accepted };
    return addRuleVersion(await this.#db(), row, { actor: publisher.actor, at: this.#options.now() });
  }

  #runningPreview(): RulesPreview {
    if (this.#options.preview) return this.#options.preview;
    throw new RulesError('unavailable', 'Rules can only be tried on a running Stagepost.');
  }
}

/** A note has several lines, but nothing in it that changes how the text around it is shown. */
function shownNote(note: string | null): string | null {
  return note === null ? null : note.split('\n').map(visibleText).join('\n');
}

/** Without keys and addresses of the connection, which work on drafts does not need. */
function contentsOf({
  person,
  stages,
  reactions,
  inactivity,
  skipMovesAfterSeconds,
  waitForContactSeconds,
  bulkGuard,
  quietHours,
  consent,
}: ConnectionConfig): RuleContents {
  const limits = { skipMovesAfterSeconds, waitForContactSeconds, bulkGuard, quietHours };
  return { person, stages, reactions, inactivity, consent, ...limits };
}

function noCatalog(): RulesError {
  return new RulesError(
    'unavailable',
    'Stagepost has not read the Kommo account yet, so the names in these rules cannot be checked. Try again when the connection runs.',
  );
}

function conflict(newest: { version: number; published_by: string } | null, basedOn: number): RulesError {
  const now = newest
    ? `${newest.published_by} has published version ${newest.version} since`
    : 'nothing was published yet';
  const draft = basedOn === 0 ? 'made before the first version' : `based on version ${basedOn}`;
  return new RulesError(
    'conflict',
    `This draft is ${draft}, but ${now}. Load the newest version and make the change there.`,
  );
}
