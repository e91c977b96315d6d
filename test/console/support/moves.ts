import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Board } from '../../../src/commands/demo/contract.ts';

/** The events of the demo's first rules. */
const EVENTS: Record<string, string> = {
  'Demo scheduled': 'demo_scheduled',
  'Demo completed': 'demo_completed',
  'Proposal sent': 'proposal_sent',
  Onboarding: 'onboarding_started',
  'Closed - won': 'deal_won',
};

/**
 * Compares what both simulators have recorded: a deal's moves in Kommo's events log, and the events that Customer.io has
 * made, or not made, an email of.
 * @param configFile of the running demo
 * @returns how the deals of the board differ: none where every move has been sent once
 */
export async function movesNotSentOnce(board: Board, configFile: string): Promise<string[]> {
  const moved = await recordedMoves(board, configFile);
  return board.deals.flatMap(({ id, name, mails }) =>
    Object.values(EVENTS).flatMap((event) => {
      const moves = moved.filter((move) => move === `${id} ${event}`).length;
      const sent = mails.filter((mail) => mail.event === event).length;
      return moves === sent ? [] : [`${name} (${id}): ${moves} × ${event} moved, ${sent} sent`];
    }),
  );
}

/** Each move to a stage with a rule, as the deal's id and the event. */
async function recordedMoves({ stages }: Board, configFile: string): Promise<string[]> {
  const { kommo } = parse(readFileSync(configFile, 'utf8')).connections.acme;
  const events = new Map(stages.map(({ id, name }) => [id, EVENTS[name]]));
  const moves: string[] = [];
  for (let page = 1; ; page++) {
    const query = new URLSearchParams({
      'filter[type]': 'lead_status_changed',
      limit: '100',
      page: String(page),
    });
    const answer = await fetch(`${kommo.url}/api/v4/events?${query}`, {
      headers: { authorization: `Bearer ${kommo.token}` },
    });
    if (answer.status === 204) return moves;
    const {
      _embedded: { events: found },
    } = (await answer.json()) as EventsPage;
    for (const {
      entity_id: deal,
      value_after: [after],
    } of found) {
      const event = events.get(after?.lead_status.id ?? 0);
      if (event !== undefined) moves.push(`${deal} ${event}`);
    }
  }
}

interface EventsPage {
  _embedded: { events: { entity_id: number; value_after: { lead_status: { id: number } }[] }[] };
}
