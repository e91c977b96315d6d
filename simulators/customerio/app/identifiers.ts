import type { Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';

/** A person's identifiers as the App API names them: of an id-only workspace the id alone. */
export function identifiersOf(ws: Workspace, person: Person) {
  const { id, email, cioId } = person;
  return ws.rules.idOnly ? { id } : { id, email, cio_id: cioId };
}
