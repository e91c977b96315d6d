import type { KeyPath } from '../problems.ts';
import { type Entries, type Reporter, refuse } from './reporter.ts';

/** Attributes that identify a person (Track API). A rule that sets one would split or merge people. */
const IDENTITY = ['id', 'cio_id', 'anonymous_id', '_timestamp', '_update', 'cio_relationships'];

export function checkAttributeNames(attributes: Entries, path: KeyPath, reporter: Reporter): void {
  const names = Object.keys(attributes);
  for (const name of names) {
    const place = [...path, name];
    if (name === 'email') {
      refuse(reporter, place, 'the email is always sent', 'Remove this line.');
    } else if (IDENTITY.includes(name)) {
      refuse(reporter, place, `"${name}" has a meaning of its own in Customer.io`, 'Choose another name.');
    } else checkNameLength(name, place, reporter);
  }
  // Track API: 300 attributes in one call; the email may be one of them.
  if (names.length > 299)
    refuse(reporter, path, `${names.length} attributes are too many: Customer.io takes 299`);
}

export function checkNameLength(name: string, path: KeyPath, reporter: Reporter): void {
  const bytes = Buffer.byteLength(name);
  if (name.trim() === '') refuse(reporter, path, 'the name is empty');
  if (bytes > 150) refuse(reporter, path, `the name is too long: ${bytes} bytes, and Customer.io takes 150`);
}
