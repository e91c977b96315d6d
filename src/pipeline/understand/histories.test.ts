import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deal, SALES } from '../../../test/support/entities.ts';
import type { StoredIncompleteMove } from '../../store/events/moves.ts';
import { reportOfLead } from './incoming-leads.ts';
import { areFarApart, type Doubt, matchReports } from './match-moves.ts';
import type { KnownMove, ReportedMove } from './moves.ts';
import { timeOfReport } from './report-time.ts';

/*
 * Histories of a deal, as its sources report them: webhooks with clocks that are up to a day off, repeated for 95 minutes,
 * lost and overtaken by others, and an events log that shows each move up to ten minutes late.
 *
 * With the log, every move comes out as one event and none is invented, whatever the webhooks say. Without it, none is invented
 * either; each move of which a webhook arrives comes out as long as no webhook overtakes another and their clock is off by one
 * constant.
 *
 * What cannot be known without the log:
 * - a return to a stage, if no webhook reports that the deal had left it: two entries count as one.
 * - a return to a stage, if the webhook about its leaving comes half a minute or more after the one about the return.
 * - the same move twice with equal times (within a second, or with a time that an integration sets to a constant).
 * - the order of moves whose webhooks have clocks that are off by different amounts.
 *
 * What cannot be known even with the log: whether two webhooks with times some seconds apart are about one move, if clocks
 * are off by different amounts from move to move. All webhooks of a move have one time then. If all are off by the same few
 * seconds, one in about 100,000 of these histories (two edits within seconds, a return within seconds, a webhook that is
 * repeated after an hour and a half) is told wrong; with an incoming lead one in 12,000.
 */

const START = 1_796_000_000;
const DAY = 86_400;
const LAG_S = 600;
const EVERY_S = 300;
const LOOK_BACK_S = 7_200;
const ATTEMPTS_S = [0, 1, 2, 4, 8, 16];

interface Move {
  from: number;
  to: number;
  /** Unix seconds. */
  at: number;
}

interface Delivery {
  move: Move;
  arrivesAt: number;
  /** The time in the webhook. */
  hookAt: number;
}

interface History {
  moves: Move[];
  deliveries: Delivery[];
  /** The first move accepts an incoming lead: what its webhooks say, and when the deal is read for them. */
  acceptances?: { arrivesAt: number; readAt: number }[];
  /** When the log shows each move. */
  visibleAt: number[];
}

const history = (moveCount: number, first = 1) =>
  fc
    .array(
      fc.record({
        to: fc.constantFrom(1, 2, 3),
        pause: fc.oneof(
          fc.integer({ min: 0, max: 5 }),
          fc.integer({ min: 0, max: 900 }),
          fc.integer({ min: 0, max: 3 * 3_600 }),
        ),
      }),
      {
        minLength: 1,
        maxLength: moveCount,
      },
    )
    .map((steps) => {
      const moves: Move[] = [];
      let from = first;
      let at = START;
      for (const { to, pause } of steps) {
        at += pause;
        if (to !== from) moves.push({ from, to, at });
        from = to;
      }
      return moves;
    });

/** How far the clock of the webhooks is ahead, for each move. */
const offset = fc.oneof(
  fc.constant(0),
  fc.constantFrom(-3_600, 60, 3_600, 5 * 3_600),
  fc.integer({ min: -DAY, max: DAY }),
);
/** When an attempt to deliver a webhook succeeds, in seconds after the move. */
const attempt = fc
  .tuple(fc.constantFrom(0, 0, 0, 300, 1_200, 2_100, 5_700), fc.integer({ min: 0, max: 20 }))
  .map(([a, b]) => a + b);

type Clocks = 'true' | 'constant' | 'any' | 'fixed';

function reported(clocks: Clocks, minDeliveries: number, first = 1, moveCount = 7): fc.Arbitrary<History> {
  return history(moveCount, first).chain((moves) => {
    const perMove = fc.record({
      attempts: fc.array(attempt, { minLength: minDeliveries, maxLength: 4 }),
      own: offset,
      /** A second save right after the move, which some webhooks carry the time of. */
      edits: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
      lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: LAG_S })),
    });
    return fc
      .tuple(offset, fc.array(perMove, { minLength: moves.length, maxLength: moves.length }))
      .map(([constant, details]) => ({
        moves,
        visibleAt: moves.map(({ at }, index) => at + details[index]!.lag),
        deliveries: moves.flatMap((move, index) =>
          details[index]!.attempts.map((delay, n) => {
            const next = moves[index + 1]?.at ?? Number.POSITIVE_INFINITY;
            const edit = clocks === 'any' ? 0 : details[index]!.edits[n]!;
            const editedAt = Math.min(move.at + edit, Math.max(move.at, next - 1));
            const hookAt = hookTime(clocks, editedAt, constant, details[index]!.own);
            return { move, arrivesAt: editedAt + delay, hookAt };
          }),
        ),
      }));
  });
}

function hookTime(clocks: Clocks, at: number, constant: number, own: number): number {
  if (clocks === 'fixed') return START + DAY;
  return at + (clocks === 'true' ? 0 : clocks === 'constant' ? constant : own);
}

const stages = ({ from, to }: Move) => ({
  dealId: 5,
  fromStageId: from,
  pipelineId: 9,
  stageId: to,
  isCreation: false,
});

function hookReport({ move, arrivesAt, hookAt }: Delivery): ReportedMove {
  const at = timeOfReport({ at: hookAt }, arrivesAt);
  return { ...stages(move), at, hookAt, arrivedAt: arrivesAt, kommoEventId: null };
}

/** The stage of incoming leads, and the pipeline that it is in. */
const INCOMING = 7;
const PIPELINES = [
  { ...SALES, id: 9, stages: SALES.stages.map((stage) => ({ ...stage, id: INCOMING, isIncoming: true })) },
];

/** Of a deal that begins as an incoming lead. Kommo may be asked for the accepted deal seconds or, after an outage, hours later. */
const accepted = (clocks: Clocks): fc.Arbitrary<History> =>
  reported(clocks, 0, INCOMING, 4)
    .filter(({ moves }) => moves.length > 0)
    .chain((told) => {
      const reading = fc.tuple(
        attempt,
        fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 7_200 })),
      );
      return fc.array(reading, { maxLength: 3 }).map((readings) => ({
        ...told,
        acceptances: readings.map(([delay, wait]) => {
          const arrivesAt = told.moves[0]!.at + delay;
          return { arrivesAt, readAt: arrivesAt + wait };
        }),
      }));
    });

function acceptanceReport(stageId: number, arrivesAt: number, readAt: number): ReportedMove {
  const row = { inbox_id: 1, received_at: arrivesAt * 1_000 } as StoredIncompleteMove;
  const lead = {
    kind: 'incoming_lead' as const,
    action: 'accepted' as const,
    dealId: 5,
    pipelineId: 9,
    at: null,
    row,
  };
  return reportOfLead(lead, deal({ id: 5, stage: { pipelineId: 9, stageId } }), PIPELINES, readAt)!;
}

function logReport(move: Move, index: number): ReportedMove {
  return { ...stages(move), at: move.at, hookAt: null, arrivedAt: null, kommoEventId: `01${index}` };
}

/** Plays a history as the pipeline does. @returns the moves that became events, and the times of the events */
function play(
  { moves, deliveries, visibleAt, acceptances = [] }: History,
  hasRule: boolean,
  isLogReadable: boolean,
) {
  const known: KnownMove[] = [];
  const times: { at: number; by: number }[] = [];
  const register = (reports: ReportedMove[], now: number, decide: Doubt): ReportedMove[] => {
    const { added, matches, held } = matchReports(reports, known, decide);
    known.push(...added);
    for (const move of added)
      times.push({ at: matches.find((match) => match.move === move)!.report.at, by: now });
    return held;
  };
  const entries = (now: number, since: number) =>
    moves.flatMap((move, index) =>
      isLogReadable && visibleAt[index]! <= now && move.at >= since ? [logReport(move, index)] : [],
    );
  const steps: { at: number; run(): void }[] = [];
  /** After those of the same time. */
  const schedule = (at: number, run: () => void) =>
    void steps.splice(steps.findLastIndex((step) => step.at <= at) + 1, 0, { at, run });

  const resolve = (report: ReportedMove, now: number, attempts: number) => {
    const same = entries(now, report.arrivedAt! - LOOK_BACK_S).filter(
      ({ fromStageId, stageId }) => fromStageId === report.fromStageId && stageId === report.stageId,
    );
    register(same, now, () => 'join');
    const isLast = attempts + 1 === ATTEMPTS_S.length;
    const decide: Doubt = (unclear, match) => {
      if (match.isUnclaimed) return 'join';
      if (!isLast) return 'hold';
      return !isLogReadable && areFarApart(unclear, match.move) ? 'add' : 'join';
    };
    for (const held of register([report], now, decide))
      schedule(now + ATTEMPTS_S[attempts + 1]!, () =>
        resolve(held, now + ATTEMPTS_S[attempts + 1]!, attempts + 1),
      );
  };
  for (const delivery of deliveries) {
    const { arrivesAt } = delivery;
    schedule(arrivesAt, () => {
      for (const held of register([hookReport(delivery)], arrivesAt, () => (hasRule ? 'hold' : 'join')))
        resolve(held, arrivesAt, 0);
    });
  }
  for (const { arrivesAt, readAt } of acceptances) {
    schedule(readAt, () => {
      const stage = moves.findLast(({ at }) => at <= readAt)!.to;
      register([acceptanceReport(stage, arrivesAt, readAt)], readAt, () => 'join');
    });
  }
  const end =
    Math.max(...moves.map(({ at }) => at), ...deliveries.map(({ arrivesAt }) => arrivesAt), START) +
    2 * LAG_S;
  for (let now = START; now <= end + EVERY_S; now += EVERY_S)
    schedule(now, () => void register(entries(now, now - EVERY_S - LAG_S), now, () => 'join'));
  while (steps.length > 0) steps.shift()!.run();
  return { known, times };
}

const stagesOf = (moves: readonly { stageId: number }[]) => moves.map(({ stageId }) => stageId).sort();
const waysOf = (known: readonly { fromStageId: number | null; stageId: number }[]) =>
  known.map(({ fromStageId, stageId }) => `${fromStageId}>${stageId}`).sort();
const truth = ({ moves }: History) => moves.map(({ from, to }) => `${from}>${to}`).sort();
const RUNS = { numRuns: Number(process.env.STAGEPOST_FUZZ_RUNS ?? 600) };

describe.each<Clocks>(['true', 'constant', 'any', 'fixed'])('with the log and %s clocks', (clocks) => {
  it.each([true, false])(
    'each move is one event, none is invented and none is dated ahead (rule: %s)',
    (hasRule) => {
      fc.assert(
        fc.property(reported(clocks, 0), (told) => {
          const { known, times } = play(told, hasRule, true);
          expect(waysOf(known)).toEqual(truth(told));
          expect(known.map(({ kommoEventId }) => kommoEventId).sort()).toEqual(
            told.moves.map((_, n) => `01${n}`).sort(),
          );
          for (const { at, by } of times) expect(at).toBeLessThanOrEqual(by);
        }),
        RUNS,
      );
    },
  );
});

describe.each<Clocks>(['true', 'constant'])('of an incoming lead (%s clocks)', (clocks) => {
  it('each move is one event and none is invented, however late its acceptance is read', () => {
    fc.assert(
      fc.property(accepted(clocks), fc.boolean(), (told, hasRule) => {
        const { known, times } = play(told, hasRule, true);
        expect(stagesOf(known)).toEqual(stagesOf(told.moves.map(({ to }) => ({ stageId: to }))));
        expect(known.map(({ kommoEventId }) => kommoEventId).sort()).toEqual(
          told.moves.map((_, n) => `01${n}`).sort(),
        );
        for (const { at, by } of times) expect(at).toBeLessThanOrEqual(by);
      }),
      RUNS,
    );
  });
});

/** The moves of which a webhook has arrived. */
const seen = ({ deliveries }: History) => [...new Set(deliveries.map(({ move }) => move))];

describe('without the log', () => {
  it.each<Clocks>(['true', 'constant', 'any', 'fixed'])('no move is invented (%s clocks)', (clocks) => {
    fc.assert(
      fc.property(reported(clocks, 0), (told) => {
        const counts = Map.groupBy(truth({ ...told, moves: seen(told) }), (way) => way);
        for (const [way, all] of Map.groupBy(waysOf(play(told, true, false).known), (one) => one))
          expect(all.length).toBeLessThanOrEqual(counts.get(way)?.length ?? 0);
      }),
      RUNS,
    );
  });
  it.each<Clocks>(['true', 'constant'])(
    'each move is one event where none is lost or overtaken (%s clocks)',
    (clocks) => {
      fc.assert(
        fc.property(reported(clocks, 1), (told) => {
          fc.pre(new Set(told.moves.map(({ at }) => at)).size === told.moves.length);
          for (const move of told.moves)
            told.deliveries.find((delivery) => delivery.move === move)!.arrivesAt = move.at;
          expect(waysOf(play(told, true, false).known)).toEqual(truth(told));
        }),
        RUNS,
      );
    },
  );
});
