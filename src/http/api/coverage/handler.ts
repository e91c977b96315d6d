import type { EventCoverage as ComparedEvent, NamedCampaign } from '../../../domain/campaigns/coverage.ts';
import {
  coverageAdvice,
  describeCut,
  describeEventCoverage,
  describeSeen,
  describeSegments,
  describeUnsent,
  WITHOUT_APP_KEY,
} from '../../../domain/campaigns/describe-coverage.ts';
import { findConnection } from '../find-connection.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices, ConsoleConnection } from '../services.ts';
import type { Coverage, CoveredCampaign, EventCoverage } from './contract.ts';
import type { CurrentCoverage } from './service.ts';

/** Which campaigns of Customer.io start from the events that rules send. */
export function coverageHandlers({
  connections,
  now,
}: ApiServices): Pick<Handlers, 'coverage' | 'draftCoverage' | 'refreshCoverage'> {
  return {
    coverage: async ({ params }, { scope }) => {
      const connection = findConnection(connections, params.connection, scope);
      return shownCoverage(connection.name, await connection.coverage.current(null), now());
    },
    draftCoverage: async ({ params, body }, { scope }) => {
      const connection = findConnection(connections, params.connection, scope);
      return shownCoverage(connection.name, await connection.coverage.current(body.events), now());
    },
    refreshCoverage: async ({ params }, { scope }) => {
      const connection: ConsoleConnection = findConnection(connections, params.connection, scope);
      await connection.coverage.refresh();
      return shownCoverage(connection.name, await connection.coverage.current(null), now());
    },
  };
}

/** @param now unix ms */
export function shownCoverage(connection: string, current: CurrentCoverage, now: number): Coverage {
  const { source, readAt, failure, coverage, links } = current;
  const campaigns = (list: readonly NamedCampaign[]): CoveredCampaign[] =>
    list.map((campaign) => ({ ...campaign, link: links.campaign(campaign.id) }));
  const compared = (one: ComparedEvent): EventCoverage => ({
    event: one.event,
    from: one.from,
    status: one.status,
    text: describeEventCoverage(one),
    todo: coverageAdvice(one),
    campaigns: campaigns(one.campaigns),
    campaignCount: one.campaignCount,
  });
  const notes = coverage
    ? [describeSegments(coverage), describeCut(coverage)]
    : [source === 'reports' ? WITHOUT_APP_KEY : null];
  return {
    connection,
    source,
    readAt,
    failure,
    events: coverage ? coverage.events.map(compared) : uncompared(current, now),
    unsent: (coverage?.unsent ?? []).map((one) => ({
      ...one,
      text: describeUnsent(one),
      campaigns: campaigns(one.campaigns),
    })),
    unsentCount: coverage?.unsentCount ?? 0,
    notes: notes.filter((note) => note !== null),
    campaignsLink: links.campaigns,
  };
}

/** What reports say of the events, where the campaigns themselves are not known. */
function uncompared({ sent, seen }: CurrentCoverage, now: number): EventCoverage[] {
  return sent.map(({ event, from }) => {
    const known = seen.filter((one) => one.event === event);
    return {
      event,
      from,
      status: known.length > 0 ? 'seen' : 'unknown',
      text: known.length > 0 ? describeSeen(event, known, now / 1000) : null,
      todo: null,
      campaigns: [],
      campaignCount: 0,
    };
  });
}
