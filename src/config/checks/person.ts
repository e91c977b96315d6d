import type { KeyPath } from '../problems.ts';
import { checkAttributeNames } from './attributes.ts';
import { type Entries, entriesOf, type Reporter, warn } from './reporter.ts';

export function checkPerson(person: Entries, path: KeyPath, reporter: Reporter): void {
  checkAttributeNames(entriesOf(person.attributes), [...path, 'attributes'], reporter);
  const { identify_by: identifyBy = 'email', id_prefix: prefix } = person;
  const hasPrefix = typeof prefix === 'string' && prefix.trim() !== '';
  const isByEmail = typeof identifyBy === 'string' && ['', 'email'].includes(identifyBy.trim());
  if (hasPrefix && isByEmail)
    warn(
      reporter,
      [...path, 'id_prefix'],
      'people are identified by email, so this prefix changes nothing',
      'Set identify_by to contact_id to use it, or remove the prefix.',
    );
}
