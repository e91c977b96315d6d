import { namesOf } from '../../domain/consent/client.ts';
import { type Ledger, recordedFor } from '../../domain/consent/ledger.ts';
import { holds } from '../../domain/people/names.ts';
import type { KnownPerson } from '../../domain/people/person-types.ts';
import { isFailure } from './load-consent.ts';

/** The deals of those people whose former address has failed: all of them may still show it. */
export function dealsOfCorrected(persons: readonly KnownPerson[], ledger: Ledger): number[] {
  return persons
    .filter((person) => hasFormerFailure(person, ledger))
    .flatMap(({ links }) => links.filter(holds).map(({ dealId }) => dealId));
}

function hasFormerFailure(person: KnownPerson, ledger: Ledger): boolean {
  return recordedFor(ledger, namesOf(person)).some(
    ({ kind, address }) => isFailure(kind) && address !== null && address !== person.email,
  );
}
