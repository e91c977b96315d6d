import type { Principal } from '../auth/authenticate.ts';
import { HttpError } from '../http-error.ts';

/** The connections that a request may read and change: configured here, and visible to its sender. */
export interface ConnectionScope {
  /** In the order of the configuration. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /**
   * The connection of this name, or all of them where a request names none.
   * @throws HttpError 404 for any other name, whether the connection does not exist or is only hidden from the sender
   */
  select(name: string | undefined): string[];
}

/**
 * Every route gets its connections from here, so that none answers for a connection that left the configuration, or
 * that its sender's role does not include.
 * @param configured the names in stagepost.yaml
 */
export function connectionScope(
  configured: readonly string[],
  principal: Pick<Principal, 'connections'> | null,
): ConnectionScope {
  const allowed = principal?.connections ?? null;
  const names = configured.filter((name) => allowed === null || allowed.includes(name));
  return {
    names,
    has: (name) => names.includes(name),
    select(name) {
      if (name === undefined) return names;
      if (names.includes(name)) return [name];
      throw new HttpError(404, unknownConnection(names));
    },
  };
}

function unknownConnection(names: readonly string[]): string {
  if (names.length === 0) return 'There is no connection of this name.';
  return `There is no connection of this name. There are: ${names.join(', ')}.`;
}
