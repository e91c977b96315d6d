import { type ConfigProblem, loadRules, type RuleContents, ruleChanges } from '../../config/index.ts';
import type { Catalog } from '../../domain/entities.ts';
import { effectsOfRules, type RuleEffects } from '../../domain/rules/publish-effects.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { LANGUAGES, type Language, type Sentences } from '../../languages/languages.ts';
import { draftProblem, draftText, type ReadDraft, readDraft, treeOf } from '../drafts.ts';
import { type OverviewSource, overviewOfText } from '../overview.ts';
import type { Checked, RulesOverview } from '../rules-service.ts';
import type { Draft, DraftTree } from '../schemas.ts';

/** The rules that a draft is compared with. */
export interface BaseRules {
  text: string;
  /** The rules of the file, which may contain values of variables that their text does not show; null: read the text. */
  contents: RuleContents | null;
}

export interface DraftInput {
  draft: Draft;
  base: BaseRules;
  /** Null before Kommo was first read: then names are not checked. */
  catalog: Catalog | null;
}

export interface CheckInput extends DraftInput {
  /** Of the sentences about what the draft changes. */
  language: Language;
}

/** A draft after validation, as it is sent between processes. */
export interface CompiledDraft {
  text: string;
  problems: ConfigProblem[];
  /** Whether the only mistakes are names that this catalog does not have: Kommo may have them by now. */
  hasUnknownNames: boolean;
  /** Null where there are problems, or where no catalog was given. */
  rules: Rules | null;
  changes: string[];
}

/** Tasks that read texts of rules. */
export const CHECK_TASKS = {
  check({ draft, base, catalog, language }: CheckInput): { checked: Checked; hasUnknownNames: boolean } {
    const read = readDraft(draftText(draft, base.text), catalog);
    const checked = {
      ok: read.problems.length === 0,
      problems: read.problems.map(draftProblem),
      warnings: read.warnings.map(draftProblem),
      text: read.text,
      tree: treeOf(read.text),
      changes: changesFrom(base, read, language),
    };
    return { checked, hasUnknownNames: read.hasUnknownNames };
  },

  compile({ draft, base, catalog }: DraftInput): CompiledDraft {
    const read = readDraft(draftText(draft, base.text), catalog);
    const { text, problems, rules, hasUnknownNames } = read;
    return {
      ...{ text, problems, rules, hasUnknownNames },
      changes: changesFrom(base, read, 'en'),
    };
  },

  /** What publishing the draft means for deals and timers that are there already; null where it has mistakes. */
  effects({ draft, base, catalog }: DraftInput): RuleEffects | null {
    const { rules } = readDraft(draftText(draft, base.text), catalog);
    return rules && effectsOfRules(readDraft(base.text, catalog).rules, rules);
  },

  /** The rules of a text in the shape of the console's form. */
  tree({ text }: { text: string }): DraftTree | null {
    return treeOf(text);
  },

  overview({ language, ...source }: OverviewSource & { language: Language }): RulesOverview {
    return overviewOfText(source, LANGUAGES[language]);
  },

  /** The sentences about what differs between two versions. */
  difference({ before, after, language }: { before: string; after: string; language: Language }): string[] {
    const words = LANGUAGES[language];
    const [old, now] = [contentsOf(before), contentsOf(after)];
    return withFormatChange(old && now ? ruleChanges(old, now, words) : [], before !== after, words);
  },
} as const;

function changesFrom(base: BaseRules, { config, text }: ReadDraft, language: Language): string[] {
  if (!config) return [];
  const old = base.contents ?? contentsOf(base.text);
  const words = LANGUAGES[language];
  return old ? withFormatChange(ruleChanges(old, config, words), base.text !== text, words) : [];
}

function contentsOf(text: string): RuleContents | null {
  const loaded = loadRules(text);
  return loaded.ok ? loaded.rules : null;
}

function withFormatChange(changes: string[], isOtherText: boolean, { rules }: Sentences): string[] {
  if (changes.length > 0 || !isOtherText) return changes;
  return [rules.changes.onlyText];
}
