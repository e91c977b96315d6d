import type { Ref } from '../model/identifiers.ts';
import type { Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';

/** A person's identifiers as the App API names them: of an id-only workspace the id alone. */
export function identifiersOf(ws: Workspace, person: Person) {
  const { id, email, cioId } = person;
  return ws.rules.idOnly ? { id } : { id, email, cio_id: cioId };
}

/**
 * The person that a call of the App API means: by `id` unless `id_type` says otherwise. A cio_id needs its prefix
 * `cio_` where nothing else says what it is (Customer.io docs). Null for an unknown `id_type`.
 */
export function appRef(value: string, idType: string | null): Ref | null {
  const kind = idType ?? (value.startsWith('cio_') ? 'cio_id' : 'id');
  if (kind !== 'id' && kind !== 'email' && kind !== 'phone' && kind !== 'cio_id') return null;
  return { kind, value: kind === 'cio_id' ? value.replace(/^cio_/, '') : value };
}
