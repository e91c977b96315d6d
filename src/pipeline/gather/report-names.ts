import { addressIn } from '../../domain/address.ts';
import type { MailReport } from '../../domain/events.ts';
import { cioIdName } from '../../domain/people/names.ts';
import { personOfReport, type ReportNames } from '../../domain/people/observe-report.ts';
import type { People } from '../../domain/people/people.ts';
import type { KnownPerson } from '../../domain/people/person-types.ts';

/** The names under which the person of a report may be recorded: the identifier, then the email. */
export function namesIn(report: MailReport): string[] {
  const names = [report.person.id, emailIn(report)].filter((name) => name !== null);
  return [...new Set(names)];
}

/** The name under which the report waits for its person; null where it names nobody. */
export function waitingName(report: MailReport): string | null {
  const { cioId } = report.person;
  return namesIn(report)[0] ?? (cioId === null ? null : cioIdName(cioId));
}

/** The report's email in its normal form; null where it has no valid one. */
export function emailIn({ person }: MailReport): string | null {
  return addressIn(person.email);
}

/**
 * The names of the person that Customer.io states, its address in the normal form. The address that a message went to is
 * none where there is another name: a message about a person can go to somebody else.
 */
export function statedNames({ person }: MailReport): ReportNames {
  const { id, email, cioId, emailIsRecipient } = person;
  return { id, cioId, email: emailIsRecipient ? null : addressIn(email) };
}

const NO_NAMES: ReportNames = { id: null, email: null, cioId: null };

/**
 * The names by which the person that a look-up has found may be known from now on. One who was found in Kommo only by the
 * address that the message went to need not be the person whom Customer.io means.
 */
export function namesOfFound(report: MailReport, { contactId }: { contactId: number | null }): ReportNames {
  return report.person.emailIsRecipient && contactId !== null ? NO_NAMES : statedNames(report);
}

/** The recorded person that a report names, by what Customer.io states first, else by the address of the message. */
export function knownPersonOf(report: MailReport, people: People): KnownPerson | undefined {
  const stated = personOfReport(people, statedNames(report));
  return stated ?? personOfReport(people, { ...NO_NAMES, email: emailIn(report) });
}
