import type { DealView, KommoSimulator } from '../../../../simulators/kommo/index.ts';
import { TEST_ATTRIBUTE } from '../../../domain/people/test-person.ts';
import type { Board, BoardDeal, BoardEntry, BoardMail } from '../contract.ts';
import { PIPELINE, type Sides, STAGES } from '../sides.ts';
import { boardMail, campaignEvents, type UnsentMails } from './mails.ts';

/** The newest deals that the board shows. */
const MAX_DEALS = 60;
/** The mailboxes of the visitor that the board shows. */
const MAX_TESTS = 3;

/** The deals as the sales team sees them in Kommo, with what their clients have in the mailbox. */
export function boardOf(
  sides: Sides,
  unsent: UnsentMails,
): Pick<Board, 'stages' | 'deals' | 'tests' | 'campaigns'> {
  const { kommo } = sides;
  const stages = STAGES.map((name) => ({ id: kommo.stageId(PIPELINE, name), name }));
  const deals = kommo
    .deals()
    .filter(({ pipeline, isDeleted }) => pipeline === PIPELINE && !isDeleted)
    .slice(-MAX_DEALS);
  return {
    stages,
    deals: deals.map((deal) => cardOf(deal, sides, unsent)),
    tests: testMailboxes(sides, unsent),
    campaigns: campaignEvents,
  };
}

function testMailboxes(sides: Sides, unsent: UnsentMails): Board['tests'] {
  return sides.customerio
    .people()
    .filter(({ attributes }) => attributes[TEST_ATTRIBUTE] === true)
    .slice(-MAX_TESTS)
    .flatMap(({ email, attributes }) =>
      email === null
        ? []
        : [{ email, mails: mailsOf(email, String(attributes.first_name ?? ''), sides, unsent) }],
    );
}

function cardOf(deal: DealView, sides: Sides, unsent: UnsentMails): BoardDeal {
  const { kommo } = sides;
  const contact = deal.contactIds[0] === undefined ? undefined : kommo.contact(deal.contactIds[0]);
  const email = contact?.emails[0] ?? null;
  const status = deal.fields.email_status;
  return {
    id: deal.id,
    name: deal.name,
    price: deal.price,
    stage: deal.stageId,
    person: contact?.name ?? '',
    email,
    emailStatus: typeof status === 'string' ? status : null,
    entries: entriesOf(deal.id, kommo),
    mails: email === null ? [] : mailsOf(email, contact?.firstName ?? '', sides, unsent),
  };
}

function entriesOf(dealId: number, kommo: KommoSimulator): BoardEntry[] {
  const entry =
    (kind: BoardEntry['kind']) =>
    ({ id, text, createdAt }: { id: number; text: string; createdAt: number }): BoardEntry => ({
      id,
      kind,
      text,
      at: createdAt * 1000,
    });
  return [...kommo.notes(dealId).map(entry('note')), ...kommo.tasks(dealId).map(entry('task'))]
    .filter(({ text }) => text !== '')
    .sort((a, b) => b.at - a.at || b.id - a.id);
}

/** The newest first. */
function mailsOf(email: string, firstName: string, { customerio }: Sides, unsent: UnsentMails): BoardMail[] {
  const sent = customerio.mailbox(email).map((message) => boardMail(message, firstName));
  const person = customerio.person(email);
  // Seconds: of two in one second the later one comes first.
  return [...sent, ...(person ? unsent.of(person.cioId) : [])]
    .reverse()
    .sort((a, b) => Math.floor(b.at / 1000) - Math.floor(a.at / 1000));
}
