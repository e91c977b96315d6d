import { type Refusal, refusalsIn } from '../../customerio/index.ts';
import { addressIn } from '../../domain/address.ts';
import { isOfEmail, refusalWarning } from '../../domain/refusal-warning.ts';
import { type EmailRefusal, recordRefusal } from '../../store/actions/profile-changes.ts';
import { addActionWarnings, refusedAction } from '../../store/actions/refused-actions.ts';
import { inLeasedTransaction, type LeaseHolder } from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import type { ActivityRange, Comparison, LogCalls } from './compare-activities.ts';

/**
 * Reads what Customer.io has accepted and then refused, and adds a warning to the action that sent it.
 * @returns `found`: how many refusals belong to actions of Stagepost; others come from other programs
 * @throws DeliveryError where the log cannot be read, and LeaseLost
 */
export async function readRefusals(
  db: Db,
  connection: LeaseHolder,
  app: LogCalls,
  type: string,
  { from, to, maxPages }: ActivityRange,
  signal?: AbortSignal,
): Promise<Comparison> {
  let found = 0;
  let start: string | null = null;
  for (let pages = 0; pages < maxPages && !signal?.aborted; pages += 1) {
    const page = await app.activities(type, { start });
    const within = page.activities.filter(({ timestamp }) => timestamp >= from && timestamp <= to);
    found += await addWarnings(db, connection, within.flatMap(refusalsIn));
    const oldest = page.activities.at(-1)?.timestamp ?? 0;
    if (page.next === null || page.activities.length === 0 || oldest < from) return { found, isWhole: true };
    start = page.next;
  }
  return { found, isWhole: false };
}

async function addWarnings(db: Db, connection: LeaseHolder, refusals: Refusal[]): Promise<number> {
  const warnings: { id: number; warning: string }[] = [];
  const refusedEmails: EmailRefusal[] = [];
  for (const refusal of refusals) {
    const { call, name, value, identifiers, at } = refusal;
    const isAttribute = call === 'identify' && name !== null && value !== null;
    const action = await refusedAction(db, connection.name, {
      kind: call,
      identifiers,
      attribute: isAttribute ? { name, value } : null,
      event: call === 'track' ? name : null,
      at,
    });
    if (action === null) continue;
    warnings.push({ id: action.id, warning: refusalWarning(refusal) });
    // The log names the person by the refused email, which is not the person's.
    if (isOfEmail(refusal))
      refusedEmails.push({ actionId: action.id, person: action.person, email: addressIn(value) });
  }
  if (warnings.length > 0)
    await inLeasedTransaction(db, connection, 'exclusive', async (trx) => {
      await addActionWarnings(trx, warnings);
      for (const refusal of refusedEmails) await recordRefusal(trx, connection.name, refusal);
    });
  return warnings.length;
}
