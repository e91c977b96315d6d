import { changesConsent } from '../consent/entries-of-report.ts';
import type { Deal } from '../entities.ts';
import type { MailReport } from '../events.ts';
import type { DealRule } from '../rules/rules.ts';

/** The most deals that get the notes of one report, and the texts of one report share a budget. */
const MAX_NOTED = 10;

/** The deal that a report belongs to, where a person has several. */
export interface DealChoice {
  /** Gets the task, and is shown as the deal of the report. */
  deal: Deal;
  /** The deals that get notes and tags: `deal` first, and with `person.deal: all` the other open ones. */
  noted: Deal[];
  /** A sentence for people that says why it is this deal; null where there was no other. */
  why: string | null;
}

/**
 * Chooses the deal that a report belongs to. The deal whose stage change started the email comes first, also when it is closed,
 * or when the person has left it. A change of consent or of the address concerns the person, though: it matters to those who work
 * on the person's open deals.
 * @param own the email's own deal; null where it is not known, or was deleted
 * @param candidates the deals that the person is on
 */
export function dealOfReport(
  report: MailReport,
  own: Deal | null,
  candidates: readonly Deal[],
  rule: DealRule,
): DealChoice | null {
  if (own === null) return chooseDeal(candidates, rule);
  const open = candidates.filter(({ isClosed }) => !isClosed);
  const isOnOwn = candidates.some(({ id }) => id === own.id);
  if ((own.isClosed || !isOnOwn) && changesConsent(report) && open.length > 0)
    return chooseDeal(candidates, rule);
  const hasOther = open.some(({ id }) => id !== own.id);
  return {
    deal: own,
    noted: [own],
    why: hasOther ? `${belongsTo(own)}, for which the email was sent.` : null,
  };
}

/**
 * Chooses the deal that a person's report belongs to, by `person.deal`: of the open deals the one that changed last, within
 * the pipeline of the rule if one of them is in it. If all are closed, the one that closed last. Null for an empty list.
 */
export function chooseDeal(deals: readonly Deal[], rule: DealRule): DealChoice | null {
  const open = deals.filter((deal) => !deal.isClosed);
  if (open.length === 0) return closedDeal(deals);
  const preferred =
    rule.kind === 'pipeline' ? open.filter(({ stage }) => stage.pipelineId === rule.pipelineId) : [];
  const deal = latest(preferred.length > 0 ? preferred : open, ({ updatedAt }) => updatedAt ?? 0)!;
  if (open.length === 1) return { deal, noted: [deal], why: null };
  if (rule.kind === 'all') {
    const newest = open.toSorted((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0)).slice(0, MAX_NOTED);
    const all =
      newest.length < open.length ? `the newest ${MAX_NOTED} of ${open.length}` : `all ${open.length}`;
    const why = `The report belongs to ${all} open deals, and its task to the one that changed last, deal ${deal.id} (person.deal).`;
    return { deal, noted: newest, why };
  }
  const why = `${belongsTo(deal)}: of ${open.length} open deals ${whichOne(rule, preferred)} (person.deal).`;
  return { deal, noted: [deal], why };
}

function closedDeal(deals: readonly Deal[]): DealChoice | null {
  const deal = latest(deals, ({ closedAt, updatedAt }) => closedAt ?? updatedAt ?? 0);
  if (deal === null) return null;
  const why =
    deals.length > 1 ? `${belongsTo(deal)}: of ${deals.length} closed deals the one that closed last.` : null;
  return { deal, noted: [deal], why };
}

const belongsTo = ({ id }: Deal) => `The report belongs to deal ${id}`;

function whichOne(rule: DealRule, preferred: readonly Deal[]): string {
  if (rule.kind !== 'pipeline') return 'the one that changed last';
  const { pipelineName: pipeline } = rule;
  if (preferred.length === 1) return `the one in the pipeline ${pipeline}`;
  return preferred.length === 0
    ? `the one that changed last, as none is in the pipeline ${pipeline}`
    : `the one in the pipeline ${pipeline} that changed last`;
}

/** The deal with the latest time (the first of several); null for an empty list. */
function latest(deals: readonly Deal[], time: (deal: Deal) => number): Deal | null {
  return deals.reduce<Deal | null>(
    (best, deal) => (best === null || time(deal) > time(best) ? deal : best),
    null,
  );
}
