import { ok, skipped, type Verdict } from './finding.ts';

/** What was seen of `trigger_event_id` in reports; see `TriggerEvidence` of the store. */
interface Seen {
  matched: number;
  unmatched: number;
}

/**
 * Whether Customer.io names, in the reports of a campaign, the event that started it. It need not, so this is never a fault.
 * Nothing where no report has shown it yet.
 */
export function emailEventVerdicts({ matched, unmatched }: Seen): Verdict[] {
  if (matched > 0)
    return [
      ok(
        'Customer.io says which event started an email, so each report goes to the deal of its own stage change',
      ),
    ];
  if (unmatched === 0) return [];
  return [
    skipped(
      `Customer.io does not say which event of Stagepost started an email (${unmatched} compared), so the person decides which deal a report goes to`,
    ),
  ];
}
