import type { JsonObject } from '../types.ts';
import { applyAttributes } from './attributes.ts';
import { attachAnonymous } from './events.ts';
import { identifierText, type Ref } from './identifiers.ts';
import { type Person, viewOf } from './people.ts';
import type { Workspace } from './workspace.ts';

export interface IdentifyCall {
  ref: Ref;
  attributes: JsonObject;
  /** Unix seconds: `_timestamp` of v1, `timestamp` of v2. Without one the update always applies. */
  stamp: number | null;
}

/** Applies an accepted identify call. Whatever goes wrong shows in the activity log only. */
export function identify(ws: Workspace, { ref, attributes, stamp }: IdentifyCall): void {
  const named = bodyRefs(ws, attributes);
  if ([ref, ...named].some((one) => ws.people.isSuppressed(one))) {
    skip(ws, ref, 'The identifier is suppressed.');
    return;
  }
  const { person, created } = resolve(ws, ref, named, mayCreate(attributes));
  if (!person) {
    if (ref.kind === 'cio_id') skip(ws, ref, 'No person has this cio_id.');
    else refuse(ws, ref, 'No such person, and _update is set.');
    return;
  }
  person.identifies++;
  for (const one of named) setIdentifier(ws, person, one, ref.kind === 'cio_id');
  if (ref.kind === 'cio_id' && attributes.email === '' && ws.rules.switches.emptyEmail === 'removes')
    ws.people.removeEmail(person);
  applyAttributes(ws, person, attributes, stamp);
  const anonymousId = identifierText(attributes.anonymous_id);
  if (anonymousId !== null) attachAnonymous(ws, person, anonymousId);
  ws.emitter.emit(() => ({ type: 'identified', person: viewOf(person), created }));
}

function mayCreate(attributes: JsonObject): boolean {
  return attributes._update !== true && attributes._update !== 'true';
}

/** The identifiers that the body names; in an id-only workspace the email is a plain attribute. */
function bodyRefs(ws: Workspace, attributes: JsonObject): Ref[] {
  const kinds = ws.rules.idOnly ? (['id'] as const) : (['id', 'email'] as const);
  return kinds.flatMap((kind) => {
    const value = identifierText(attributes[kind]);
    return value === null ? [] : [{ kind, value }];
  });
}

/**
 * Whose call it is (Customer.io docs). A known path identifier decides. With an unknown one, a known
 * identifier of the body does, and that person is given the path identifier: so a new id with a known email
 * renames a person. An unknown cio_id is dropped. Where nobody is known, a person is made.
 */
function resolve(ws: Workspace, ref: Ref, named: Ref[], mayCreate: boolean) {
  const known = ws.people.find(ref);
  if (known || ref.kind === 'cio_id') return { person: known, created: false };
  const inBody = named.map((one) => ws.people.find(one)).find((one) => one !== undefined);
  if (!inBody && !mayCreate) return { person: undefined, created: false };
  const person = inBody ?? ws.people.create(ws.seconds());
  ws.people.assign(person, ref);
  return { person, created: !inBody };
}

/**
 * An identifier is set once; to change it, the call must go to the `cio_` path (or, for the email, the
 * workspace must allow updates by id). One that belongs to somebody else is refused, in the log only; that
 * the other attributes still apply is an assumption.
 */
function setIdentifier(ws: Workspace, person: Person, ref: Ref, byCioId: boolean): void {
  const owner = ws.people.find(ref);
  if (owner && owner !== person) {
    refuse(ws, ref, 'The identifier is already associated with a different profile.');
  } else if (!owner && !mayChange(ws, person, ref, byCioId)) {
    refuse(ws, ref, 'The identifier is already set and can only be changed by cio_id.');
  } else {
    ws.people.assign(person, ref);
  }
}

function mayChange(ws: Workspace, person: Person, { kind }: Ref, byCioId: boolean): boolean {
  const before = kind === 'id' ? person.id : person.email;
  return before === null || byCioId || (kind === 'email' && ws.rules.allowEmailUpdateById);
}

function refuse(ws: Workspace, ref: Ref, reason: string): void {
  log(ws, 'failed_attribute_change', ref, reason);
}

export function skip(ws: Workspace, ref: Ref, reason: string): void {
  log(ws, 'skipped_update', ref, reason);
}

function log(ws: Workspace, type: string, ref: Ref, reason: string): void {
  ws.activities.add({ type, data: { [ref.kind]: { reason, value: ref.value } }, identifier: ref.value });
}
