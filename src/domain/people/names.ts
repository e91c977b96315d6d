import type { KnownPerson, NameKind, PersonName } from './person-types.ts';

/** Whether a name or link holds now. */
export function holds({ until }: { until: number | null }): boolean {
  return until === null;
}

/** The source of the addresses that a contact states. */
export function contactSource(contactId: number): string {
  return `contact ${contactId}`;
}

/** The source of a `cio_id` that a report has named together with an address of this contact alone. */
export function reportSource(contactId: number): string {
  return `report of ${contactSource(contactId)}`;
}

/** The person's contacts that exist, as far as is known. */
export function currentContacts({ names }: KnownPerson): number[] {
  return valuesOf(names.filter(holds), 'contact').map(Number);
}

/** All contacts that the person has or had. */
export function contactsOf({ names, contactId }: KnownPerson): number[] {
  const ids = valuesOf(names, 'contact').map(Number);
  return contactId === null || ids.includes(contactId) ? ids : [...ids, contactId];
}

/** The profiles at Customer.io that the person has or had: those that Stagepost has identified, the present one first. */
export function profilesOf({ identifier, names }: Pick<KnownPerson, 'identifier' | 'names'>): string[] {
  const identified = names.filter(({ source }) => source === 'identify').map(({ value }) => value);
  return [...new Set(identifier === null ? identified : [identifier, ...identified])];
}

/** Every address and identifier of the person, ended ones too: the names under which events are stored. */
export function searchNames({
  key,
  identifier,
  email,
  names,
}: Pick<KnownPerson, 'key' | 'identifier' | 'email' | 'names'>): string[] {
  const all = [
    ...[identifier, email].filter((name) => name !== null),
    ...valuesOf(names, 'address'),
    ...valuesOf(names, 'identifier'),
    ...(isFormerIdentifier(key) ? [key] : []),
  ];
  return [...new Set(all)];
}

/** The name under which a report is stored that names its person by `cio_id` only. */
export function cioIdName(cioId: string): string {
  return `cio_id:${cioId}`;
}

/** The names under which reports may wait for the person. */
export function waitingNames(person: KnownPerson): string[] {
  return [...searchNames(person), ...valuesOf(person.names, 'cio_id').map(cioIdName)];
}

/** Whether the person is on a deal. */
export function isOn({ links }: KnownPerson, dealId: number): boolean {
  return links.some((link) => link.dealId === dealId && holds(link));
}

/** Whether the person is the main contact of a deal. */
export function isMainOn({ links }: KnownPerson, dealId: number): boolean {
  return links.some((link) => link.dealId === dealId && holds(link) && link.role === 'main');
}

/** Whether the person was on a deal, and is not any more. */
export function hasLeft({ links }: KnownPerson, dealId: number): boolean {
  return links.some((link) => link.dealId === dealId && !holds(link));
}

/** The prefix of keys. People from before migration 020 have their identifier of then as key. */
export const KEY_PREFIX = 'p_';

/** Whether a key is the identifier that the person had before keys were introduced. */
export function isFormerIdentifier(key: string): boolean {
  return !key.startsWith(KEY_PREFIX);
}

function valuesOf(names: readonly PersonName[], kind: NameKind): string[] {
  return [...new Set(names.filter((name) => name.kind === kind).map(({ value }) => value))];
}

/** The names, with one stated by a source from `at` (unix ms) on. Stating a name that holds changes nothing. */
export function withName(
  names: readonly PersonName[],
  { kind, value, source }: Pick<PersonName, 'kind' | 'value' | 'source'>,
  at: number,
): readonly PersonName[] {
  const before = names.find((name) => name.kind === kind && name.value === value && name.source === source);
  if (before && holds(before)) return names;
  const others = names.filter((name) => name !== before);
  return [...others, { kind, value, source, since: before?.since ?? at, until: null }];
}

/** The names, with those that match ended at `at` (unix ms). */
export function withoutNames(
  names: readonly PersonName[],
  isEnded: (name: PersonName) => boolean,
  at: number,
): readonly PersonName[] {
  if (!names.some((name) => holds(name) && isEnded(name))) return names;
  return names.map((name) => (holds(name) && isEnded(name) ? { ...name, until: at } : name));
}
