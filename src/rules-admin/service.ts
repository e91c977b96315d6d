import type { ConnectionConfig } from '../config/index.ts';
import { loadRules, ruleChanges } from '../config/index.ts';
import type { Catalog } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { Draft, RuleSource } from '../http/api/contract.ts';
import { HttpError } from '../http/api/routes.ts';
import type { Publication, RulesService } from '../http/api/rules/service.ts';
import type { Database } from '../store/database/database.ts';
import { addRuleVersion, listRuleVersions, newestRules, rulesOfVersion } from '../store/rule-versions.ts';
import { problemMessage, problemOf, type ReadDraft, readDraft, textOf, treeOf } from './draft.ts';
import { ruleHelp } from './help.ts';
import type { RulesPreview } from './preview.ts';

export interface RulesServiceOptions {
  config: ConnectionConfig;
  /** The file of the configuration, for messages. */
  file: string;
  database(): Promise<Pick<Database, 'db'>>;
  /** The account's names as last read; null before the first reading. */
  catalog(): Promise<Catalog | null>;
  /** The same read anew; null where that cannot be done here. @throws DeliveryError */
  freshCatalog(): Promise<Catalog | null>;
  /** A version was published: resolves when it runs in this process, if it is to. */
  published(): Promise<void>;
  /** Null where nothing runs that could be tried on. */
  trial: RulesPreview | null;
  now(): number;
}

const MOST_VERSIONS = 500;
/** How old the names may be where one is not known: a draft is checked while it is written, and published once. */
const CHECKED_MS = 15_000;
const PUBLISHED_MS = 1_000;

/** Where a connection's rules are edited: by the console's API, and by the commands where no server runs. */
export function createRulesService(options: RulesServiceOptions): RulesService {
  const { config, file, now } = options;
  const { name } = config;
  const isFile = config.rulesIn === 'file';
  const store = async () => (await options.database()).db;

  /** What was published last, or the file's own. */
  async function current(): Promise<{ version: number; text: string }> {
    if (isFile) return { version: 0, text: config.rulesText() };
    return (await newestRules(await store(), name)) ?? { version: 0, text: '' };
  }

  /** @throws Refusal 404 */
  async function textOfVersion(version: number): Promise<string> {
    if (version === 0) return '';
    const found = await rulesOfVersion(await store(), name, version);
    if (!found) throw new HttpError(404, `There is no version ${version} of the rules of ${name}.`);
    return found.text;
  }

  const kept = { at: Number.NEGATIVE_INFINITY, catalog: null as Catalog | null };

  /** Not older than that, in ms. @throws Refusal 503 where Kommo cannot be read */
  async function freshCatalog(maxAgeMs: number): Promise<Catalog | null> {
    if (now() - kept.at < maxAgeMs) return kept.catalog;
    try {
      kept.catalog = await options.freshCatalog();
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      throw new HttpError(503, `Kommo cannot be read now, so names cannot be looked up. ${error.message}`);
    }
    kept.at = now();
    return kept.catalog;
  }

  /** A name that is not known may be new in Kommo. @throws Refusal 503 */
  async function readOver(text: string, maxAgeMs: number): Promise<ReadDraft> {
    const read = readDraft(text, await options.catalog());
    if (read.config === null || read.problems.length === 0) return read;
    const fresh = await freshCatalog(maxAgeMs);
    return fresh ? readDraft(text, fresh) : read;
  }

  /** While a draft is written, the names as last read must do where Kommo cannot be read. */
  async function readLeniently(text: string): Promise<ReadDraft> {
    try {
      return await readOver(text, CHECKED_MS);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return readDraft(text, await options.catalog());
    }
  }

  async function changesFrom(before: string, read: ReadDraft): Promise<string[]> {
    if (!read.config) return [];
    // The file's rules may use variables, which its text does not tell.
    const old = isFile && before === config.rulesText() ? config : rulesOf(before);
    return old ? inSentences(ruleChanges(old, read.config), before !== read.text) : [];
  }

  function refuseFile({ ahead }: Publication): void {
    if (isFile && !ahead) throw new HttpError(409, reasonNotEditable(file));
  }

  async function refuseConflict(basedOn: number): Promise<void> {
    const newest = await newestRules(await store(), name);
    if ((newest?.version ?? 0) !== basedOn) throw conflict(newest, basedOn);
  }

  /** @throws Refusal 400, 503 */
  async function rulesOfDraft(draft: Draft): Promise<Rules> {
    const read = await readOver(textOf(draft, (await current()).text), CHECKED_MS);
    refuseProblems(read, 'tried');
    if (!read.rules) throw new HttpError(503, UNREAD);
    return read.rules;
  }

  /** @throws Refusal 503 */
  function trial(): RulesPreview {
    if (options.trial) return options.trial;
    throw new HttpError(503, 'Rules can be tried on a running Stagepost only.');
  }

  return {
    async source(version): Promise<RuleSource> {
      const { version: at, text } =
        version === undefined ? await current() : { version, text: await textOfVersion(version) };
      const reason = isFile ? reasonNotEditable(file) : null;
      return { connection: name, editable: !isFile, reason, version: at, text, tree: treeOf(text) ?? {} };
    },

    async versions() {
      const rows = await listRuleVersions(await store(), name, MOST_VERSIONS);
      return {
        versions: rows.map(({ version, at, published_by, note, restored }, index) => ({
          version,
          at,
          by: published_by,
          note,
          restored,
          isCurrent: index === 0 && !isFile,
        })),
      };
    },

    help: async () => ruleHelp(await options.catalog()),

    async check(draft: Draft) {
      const { text: base } = await current();
      const read = await readLeniently(textOf(draft, base));
      return {
        ok: read.problems.length === 0,
        problems: read.problems.map(problemOf),
        warnings: read.warnings.map(problemOf),
        text: read.text,
        tree: treeOf(read.text),
        changes: await changesFrom(base, read),
      };
    },

    preview: async (on, draft) => trial().preview(on, draft === undefined ? null : await rulesOfDraft(draft)),

    compare: async (draft, events) => trial().compare(await rulesOfDraft(draft), events),

    async publish(publication, by) {
      refuseFile(publication);
      const { draft, basedOn, note = null, restored = null } = publication;
      await refuseConflict(basedOn);
      const before = isFile ? config.rulesText() : await textOfVersion(basedOn);
      const read = await readOver(textOf(draft, before), PUBLISHED_MS);
      refuseProblems(read, 'published');
      if (!read.rules) throw new HttpError(503, UNREAD);
      const version = await addRuleVersion(await store(), {
        ...{ connection: name, basedOn, text: read.text, at: now(), published_by: by, note, restored },
      });
      if (version === null) throw conflict(await newestRules(await store(), name), basedOn);
      await options.published();
      return { version, changes: await changesFrom(before, read), isRunning: !isFile };
    },

    async difference(from, to) {
      const [before, after] = [await textOfVersion(from), await textOfVersion(to)];
      const read = readDraft(after, null);
      const old = rulesOf(before);
      const told = old && read.config ? ruleChanges(old, read.config) : [];
      return {
        changes: inSentences(told, before !== after),
        from: { version: from, text: before },
        to: { version: to, text: after },
      };
    },
  };
}

const UNREAD =
  'Kommo has not been read yet, so nobody knows whether the names in these rules exist. Try again when the connection runs.';

/** Why rules of the file cannot be edited in the console. */
export function reasonNotEditable(file: string): string {
  return (
    `The rules are given by ${file}. Change them there and restart Stagepost, or bring them to the console with: ` +
    'stagepost config apply.'
  );
}

function rulesOf(text: string) {
  const loaded = loadRules(text);
  return loaded.ok ? loaded.rules : null;
}

function inSentences(changes: string[], isOtherText: boolean): string[] {
  if (changes.length > 0 || !isOtherText) return changes;
  return ['What the rules do stays the same; only how they are written has changed.'];
}

/** @throws Refusal 400 with the first problems in words. */
function refuseProblems({ problems }: ReadDraft, done: 'tried' | 'published'): void {
  if (problems.length === 0) return;
  const more = problems.length > 5 ? ` And ${problems.length - 5} more.` : '';
  const words = problems.slice(0, 5).map(problemMessage).join(' ');
  throw new HttpError(400, `These rules cannot be ${done}. ${words}${more}`);
}

function conflict(newest: { version: number; published_by: string } | null, basedOn: number): HttpError {
  const now = newest
    ? `${newest.published_by} published version ${newest.version} meanwhile`
    : 'nothing was published yet';
  const draft = basedOn === 0 ? 'made before the first version' : `based on version ${basedOn}`;
  return new HttpError(
    409,
    `This draft is ${draft}, but ${now}. Load the newest version and make the change there.`,
  );
}
