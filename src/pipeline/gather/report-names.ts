import type { MailReport } from '../../domain/events.ts';
import { normalizeEmail } from '../../domain/person.ts';
import type { KnownPerson } from '../../domain/plan/plan-types.ts';

/** The names under which the person of a report may be recorded: the identifier, then the email. */
export function namesIn(report: MailReport): string[] {
  const names = [report.person.id, emailIn(report)].filter((name) => name !== null);
  return [...new Set(names)];
}

/** The report's email in its normal form; null where it has no valid one. */
export function emailIn({ person }: MailReport): string | null {
  return person.email === null ? null : normalizeEmail(person.email);
}

/** The recorded person that a report names, found by identifier, else by email. */
export function knownPersonOf(
  report: MailReport,
  persons: ReadonlyMap<string, KnownPerson>,
): KnownPerson | undefined {
  const names = namesIn(report);
  const byIdentifier = names.map((name) => persons.get(name)).find((person) => person !== undefined);
  const hasName = ({ email }: KnownPerson) => email !== null && names.includes(email);
  return byIdentifier ?? [...persons.values()].find(hasName);
}
