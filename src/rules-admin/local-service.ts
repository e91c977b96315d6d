import { type ConnectionConfig, loadRules, type RulesConfig, ruleChanges } from '../config/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { Database, Db } from '../store/database/database.ts';
import { addRuleVersion, listRuleVersions, newestRules, rulesOfVersion } from '../store/rule-versions.ts';
import { addAudit } from '../store/users/audit.ts';
import { DraftReader } from './draft-reader.ts';
import { assertNoProblems, draftProblem, draftText, type ReadDraft, readDraft, treeOf } from './drafts.ts';
import { RulesError } from './errors.ts';
import { ruleHelp } from './help.ts';
import { reasonNotEditable, rulesOverview } from './overview.ts';
import type { RulesPreview } from './preview.ts';
import type {
  Checked,
  Difference,
  Publication,
  Published,
  Publisher,
  RuleHelp,
  RuleSource,
  RulesOverview,
  RulesService,
  RuleVersions,
} from './rules-service.ts';
import { loadActiveRules } from './rules-source.ts';
import type { Compared, Draft, Preview, PreviewSubject } from './schemas.ts';

export interface LocalRulesOptions {
  config: ConnectionConfig;
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
  readonly #drafts: DraftReader;

  constructor(options: LocalRulesOptions) {
    const { refreshCatalog, now } = options;
    this.#options = options;
    this.#drafts = new DraftReader({ storedCatalog: () => this.#catalog(), refreshCatalog, now });
  }

  async overview(): Promise<RulesOverview> {
    const { config, file, storedCatalog } = this.#options;
    const stored = await storedCatalog();
    const active = await loadActiveRules(config, await this.#db());
    return rulesOverview(config.name, file, active, stored);
  }

  async source(version?: number): Promise<RuleSource> {
    const { config, file } = this.#options;
    const { version: shown, text } =
      version === undefined ? await this.#newest() : { version, text: await this.#textOf(version) };
    const reason = this.#isInFile ? reasonNotEditable(file) : null;
    const tree = treeOf(text) ?? {};
    return { connection: config.name, editable: reason === null, reason, version: shown, text, tree };
  }

  async versions(): Promise<RuleVersions> {
    const rows = await listRuleVersions(await this.#db(), this.#name, MAX_LISTED_VERSIONS);
    return {
      versions: rows.map(({ version, at, published_by, note, restored }, index) => ({
        ...{ version, at, by: published_by, note, restored },
        isCurrent: index === 0 && !this.#isInFile,
      })),
    };
  }

  async help(): Promise<RuleHelp> {
    return ruleHelp(await this.#catalog());
  }

  async check(draft: Draft): Promise<Checked> {
    const { text: base } = await this.#newest();
    const read = await this.#drafts.readLeniently(draftText(draft, base), CHECK_NAMES_WITHIN_MS);
    return {
      ok: read.problems.length === 0,
      problems: read.problems.map(draftProblem),
      warnings: read.warnings.map(draftProblem),
      text: read.text,
      tree: treeOf(read.text),
      changes: this.#changes(base, read),
    };
  }

  async preview(subject: PreviewSubject, draft: Draft | undefined): Promise<Preview> {
    const preview = this.#runningPreview();
    return preview.preview(subject, draft === undefined ? null : await this.#rulesOf(draft));
  }

  async compare(draft: Draft, events: number): Promise<Compared> {
    const preview = this.#runningPreview();
    return preview.compare(await this.#rulesOf(draft), events);
  }

  async publish(publication: Publication, publisher: Publisher): Promise<Published> {
    const { config, file, onPublished } = this.#options;
    const { draft, basedOn, ahead } = publication;
    if (this.#isInFile && !ahead) throw new RulesError('conflict', reasonNotEditable(file));
    const db = await this.#db();
    const newest = await newestRules(db, this.#name);
    if ((newest?.version ?? 0) !== basedOn) throw conflict(newest, basedOn);
    const before = this.#isInFile ? config.rulesText() : await this.#textOf(basedOn);
    const read = await this.#drafts.read(draftText(draft, before), PUBLISH_NAMES_WITHIN_MS);
    assertNoProblems(read, 'published');
    if (!read.rules) throw noCatalog();
    const version = await this.#store(read.text, publication, publisher);
    if (version === null) throw conflict(await newestRules(db, this.#name), basedOn);
    await onPublished();
    return { version, changes: this.#changes(before, read), isRunning: !this.#isInFile };
  }

  async difference(from: number, to: number): Promise<Difference> {
    const [before, after] = [await this.#textOf(from), await this.#textOf(to)];
    const [old, now] = [rulesOf(before), readDraft(after, null).config];
    return {
      changes: withFormatChange(old && now ? ruleChanges(old, now) : [], before !== after),
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

  /** @throws RulesError `not_found` */
  async #textOf(version: number): Promise<string> {
    if (version === 0) return '';
    const stored = await rulesOfVersion(await this.#db(), this.#name, version);
    if (stored) return stored.text;
    throw new RulesError('not_found', `There is no version ${version} of the rules of ${this.#name}.`);
  }

  /** @throws RulesError `invalid` or `unavailable` */
  async #rulesOf(draft: Draft): Promise<Rules> {
    const text = draftText(draft, (await this.#newest()).text);
    const read = await this.#drafts.read(text, CHECK_NAMES_WITHIN_MS);
    assertNoProblems(read, 'tried');
    if (!read.rules) throw noCatalog();
    return read.rules;
  }

  /** Stores the version and its audit entry in one transaction. @returns null where another version came first */
  async #store(text: string, publication: Publication, publisher: Publisher): Promise<number | null> {
    const { basedOn, note = null, restored = null } = publication;
    const [connection, at] = [this.#name, this.#options.now()];
    const db = await this.#db();
    return db.transaction().execute(async (trx) => {
      const row = { connection, basedOn, text, at, published_by: publisher.name, note, restored };
      const version = await addRuleVersion(trx, row);
      if (version === null) return null;
      const detail = auditDetail(connection, version, publication);
      await addAudit(trx, {
        ...{ at, who: publisher.name, what: 'rules_published', detail, address: publisher.address },
      });
      return version;
    });
  }

  #runningPreview(): RulesPreview {
    if (this.#options.preview) return this.#options.preview;
    throw new RulesError('unavailable', 'Rules can only be tried on a running Stagepost.');
  }

  #changes(before: string, read: ReadDraft): string[] {
    if (!read.config) return [];
    const { config } = this.#options;
    // The file's rules may contain values of variables, which their text does not show.
    const old = this.#isInFile && before === config.rulesText() ? config : rulesOf(before);
    return old ? withFormatChange(ruleChanges(old, read.config), before !== read.text) : [];
  }
}

function rulesOf(text: string): RulesConfig | null {
  const loaded = loadRules(text);
  return loaded.ok ? loaded.rules : null;
}

function withFormatChange(changes: string[], isOtherText: boolean): string[] {
  if (changes.length > 0 || !isOtherText) return changes;
  return ['The rules have the same effect as before; only their text has changed.'];
}

function auditDetail(connection: string, version: number, { note, restored }: Publication): string {
  const origin = restored === undefined ? '' : `, which is version ${restored} again`;
  return `${connection}, version ${version}${origin}${note ? `: ${note}` : ''}`;
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
