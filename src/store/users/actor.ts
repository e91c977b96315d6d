import { nameProblem, visibleText } from '../../lib/display-names.ts';
import type { Millis } from '../database/schema.ts';

/**
 * Who changes something.
 * - `user`, `token`: `id` is theirs
 * - `folder`: whoever can read the data folder or has the database's URL, which the commands use
 * - `nobody`: a request without a valid sign-in
 * - `system`: Stagepost itself
 */
export type ActorKind = 'user' | 'token' | 'folder' | 'nobody' | 'system';

export interface Actor {
  kind: ActorKind;
  /** Null unless it is a user or a token. */
  id: number | null;
  name: string;
  /** The IP address of the request; null where there was none. */
  address: string | null;
}

/** Who changes something, and when. Every function that changes users, tokens, rules or dead letters asks for it. */
export interface Authorship {
  actor: Actor;
  /** ms */
  at: Millis;
}

/** A command that works on the database itself, while no server runs. */
export const COMMANDS: Actor = { kind: 'folder', id: null, name: 'the commands', address: null };

export const SYSTEM: Actor = { kind: 'system', id: null, name: 'Stagepost', address: null };

/**
 * A stored name for people to read. One from before names were checked may imitate another kind of actor: then it is
 * quoted, with what it is.
 * @param kind as stored with the name; null where only the name was stored
 */
export function shownActorName(name: string, kind: string | null): string {
  const visible = visibleText(name);
  return kind === 'user' && nameProblem(name) !== null ? `the user "${visible}"` : visible;
}
