import { parsePath } from '../../domain/rules/paths.ts';
import { isTemplate, usesPreferencesUrl } from '../../domain/rules/values.ts';
import { reportHint } from '../kinds.ts';
import type { KeyPath } from '../problems.ts';
import { isSettingsReport, REPORT_NAMES } from '../reports.ts';
import { type Entries, entriesOf, type Reporter, refuse, warn } from './reporter.ts';
import { checkTags } from './tags.ts';

export function checkReactions(reactions: Entries, path: KeyPath, reporter: Reporter): void {
  for (const [name, reaction] of Object.entries(reactions)) {
    const place = [...path, name];
    if (!REPORT_NAMES.includes(name)) {
      refuse(reporter, place, `Customer.io has no report "${name}"`, () => reportHint(name));
      continue;
    }
    const keys = entriesOf(reaction);
    if (!keys.note && !keys.task && !keys.field && !keys.tags)
      warn(reporter, place, 'this reaction does nothing');
    if (keys.machine_opens && !/_(?:opened|clicked)$/.test(name)) {
      warn(
        reporter,
        [...place, 'machine_opens'],
        "only opens and clicks can be a machine's, so this changes nothing",
      );
    }
    if (keys.repeat === 'first' && isSettingsReport(name)) {
      warn(reporter, [...place, 'repeat'], 'this report is not about a message, so every one counts');
    }
    checkFieldTexts(entriesOf(keys.field), [...place, 'field'], reporter);
    checkTags(keys.tags, [...place, 'tags'], reporter);
  }
}

/** Fields are set to a text. A value path is most likely a mistake, since it would be written literally. */
function checkFieldTexts(fields: Entries, path: KeyPath, reporter: Reporter): void {
  for (const [name, text] of Object.entries(fields)) {
    if (name.trim() === '') refuse(reporter, [...path, name], 'the name of the field is empty');
    if (typeof text === 'string' && usesPreferencesUrl(text)) {
      const problem = 'only notes and tasks have preferences_url, which is empty here';
      warn(reporter, [...path, name], problem, undefined, 'value');
      continue;
    }
    if (typeof text !== 'string' || isTemplate(text) || 'problem' in parsePath(text)) continue;
    const message = `this sets the field to the word "${text}"`;
    warn(reporter, [...path, name], message, `For the value write '{{ ${text} }}'.`, 'value');
  }
}
