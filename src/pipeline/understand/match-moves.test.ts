import { describe, expect, it } from 'vitest';
import { matchReport } from './match-moves.ts';
import { type KnownMove, moveKey, type ReportedMove } from './moves.ts';

const HOUR = 3_600;
const NOW = 1_796_000_000;

/** A webhook about the move from stage 1 to won, which arrives a second after it. */
function hook(part: Partial<ReportedMove> = {}): ReportedMove {
  const hookAt = part.hookAt === undefined ? NOW : part.hookAt;
  const arrivedAt = part.arrivedAt ?? (hookAt ?? NOW) + 1;
  const stages = { dealId: 5, fromStageId: 1, pipelineId: 9, stageId: 142 };
  return { ...stages, isCreation: false, at: arrivedAt, kommoEventId: null, ...part, hookAt, arrivedAt };
}

function entry(at: number, part: Partial<ReportedMove> = {}): ReportedMove {
  return { ...hook(), ...part, hookAt: null, arrivedAt: null, at, kommoEventId: `01${at}` };
}

/** The move that a report was the first to report. */
function known(report: ReportedMove): KnownMove {
  const { dealId, fromStageId, pipelineId, stageId, hookAt, arrivedAt, kommoEventId, at } = report;
  return {
    ...{ id: 1, dealId, fromStageId, pipelineId, stageId, arrivedAt, kommoEventId },
    hookTimes: hookAt === null ? [] : [hookAt],
    kommoEventAt: kommoEventId === null ? null : at,
    key: moveKey(report),
  };
}

const back = { fromStageId: 142, stageId: 1 };
const is = (move: KnownMove) => ({ kind: 'known', move });

describe('a webhook', () => {
  it('about a deal without moves is a new one', () => {
    expect(matchReport([], hook())).toEqual({ kind: 'new' });
  });

  it('with the time of a known move is a repetition, whenever it arrives', () => {
    const move = known(hook());
    expect(matchReport([move], hook({ arrivedAt: NOW + 2 * HOUR }))).toEqual(is(move));
  });

  it('with an equal time is a repetition although the deal has left the stage since', () => {
    const move = known(hook());
    const left = known(hook({ ...back, hookAt: NOW + 60 }));
    expect(matchReport([move, left], hook({ arrivedAt: NOW + 300 }))).toEqual(is(move));
  });

  it('is another move where the deal has left the stage in between', () => {
    const moves = [known(hook()), known(hook({ ...back, hookAt: NOW + 1 }))];
    expect(matchReport(moves, hook({ hookAt: NOW + 2 }))).toEqual({ kind: 'new' });
  });

  it('is another move where the deal has entered some other stage in between', () => {
    const elsewhere = known(hook({ fromStageId: 7, stageId: 8, hookAt: NOW + 60 }));
    expect(matchReport([known(hook()), elsewhere], hook({ hookAt: NOW + 120 }))).toEqual({ kind: 'new' });
  });

  it('is another move where all its webhooks are an hour ahead', () => {
    const ahead = (seconds: number, part = {}) =>
      hook({ ...part, hookAt: NOW + HOUR + seconds, arrivedAt: NOW + seconds });
    expect(matchReport([known(ahead(0)), known(ahead(10, back))], ahead(20))).toEqual({ kind: 'new' });
  });

  it('that comes late is an earlier move where the deal has left the stage in between', () => {
    const moves = [known(hook({ ...back, hookAt: NOW + 60 })), known(hook({ hookAt: NOW + 120 }))];
    expect(matchReport(moves, hook({ arrivedAt: NOW + 300 }))).toEqual({ kind: 'new' });
  });

  it.each([1, 60, HOUR, 24 * HOUR])(
    '%d s from a known move is unclear: the deal has not left the stage',
    (later) => {
      const move = known(hook());
      expect(matchReport([move], hook({ hookAt: NOW + later }))).toMatchObject({ kind: 'unclear', move });
    },
  );

  it('of the second in which the deal went back and forth is unclear', () => {
    const moves = [known(hook()), known(hook(back))];
    expect(matchReport(moves, hook())).toMatchObject({ kind: 'unclear' });
  });

  it('is the move of the events log, within a few seconds', () => {
    const logged = known(entry(NOW + 3));
    expect(matchReport([logged], hook())).toEqual(is(logged));
  });

  it.each([-60, -HOUR, -14 * HOUR])(
    'is the move of the events log although its clock is %d s off',
    (early) => {
      const logged = known(entry(NOW));
      expect(matchReport([logged], hook({ hookAt: NOW - early, arrivedAt: NOW + 1 }))).toEqual(is(logged));
    },
  );

  it('is unclear where the log has the move hours before', () => {
    const logged = known(entry(NOW - 3 * HOUR));
    expect(matchReport([logged], hook())).toMatchObject({ kind: 'unclear', isUnclaimed: false });
  });

  it('without the old stage is any move into the new one', () => {
    const move = known(hook());
    expect(matchReport([move], hook({ fromStageId: null }))).toEqual(is(move));
  });

  it('is no move of another pipeline’s won', () => {
    expect(matchReport([known(hook({ pipelineId: 8 }))], hook())).toEqual({ kind: 'new' });
  });
});

describe('an entry of the events log', () => {
  it('is the known move with its id', () => {
    const logged = known(entry(NOW));
    expect(matchReport([logged], entry(NOW))).toEqual(is(logged));
  });

  it('is a move of its own beside another entry', () => {
    expect(matchReport([known(entry(NOW))], entry(NOW + 1))).toEqual({ kind: 'new' });
  });

  it.each([-14 * HOUR, -HOUR, -60, 0, 60, HOUR, 14 * HOUR])(
    'is the move of a webhook that is %d s off',
    (ahead) => {
      const move = known(hook({ hookAt: NOW + ahead, arrivedAt: NOW + 1 }));
      expect(matchReport([move], entry(NOW))).toEqual(is(move));
    },
  );

  it('is the move of a webhook that was repeated for 95 minutes', () => {
    const move = known(hook({ hookAt: NOW + HOUR, arrivedAt: NOW + 95 * 60 }));
    expect(matchReport([move], entry(NOW))).toEqual(is(move));
  });

  it('is the nearest move without an entry', () => {
    const claimed = { ...known(hook()), kommoEventId: '01a', kommoEventAt: NOW };
    const free = known(hook({ hookAt: NOW + 4 }));
    expect(matchReport([claimed, free], entry(NOW + 2))).toEqual(is(free));
  });

  it('is no move that the deal has left again since, where no webhook was under way that long', () => {
    const moves = [known(hook()), known(hook({ ...back, hookAt: NOW + HOUR }))];
    expect(matchReport(moves, entry(NOW + 2 * HOUR))).toEqual({ kind: 'new' });
  });

  it('is not the move of a webhook of the day before yesterday', () => {
    expect(matchReport([known(hook())], entry(NOW + 48 * HOUR))).toEqual({ kind: 'new' });
  });
});

describe('a creation', () => {
  const created = (part: Partial<ReportedMove> = {}) =>
    hook({ isCreation: true, fromStageId: null, ...part });

  it('is known once, whatever the times are', () => {
    const move = known(created());
    expect(matchReport([move], created({ hookAt: NOW + HOUR }))).toEqual(is(move));
  });

  it('and a move into the same stage at the same time are one: an incoming lead was accepted', () => {
    const move = known(created());
    expect(matchReport([move], hook({ hookAt: NOW + 1 }))).toEqual(is(move));
    expect(matchReport([move], entry(NOW))).toEqual(is(move));
    const moved = known(hook());
    expect(matchReport([moved], created({ hookAt: NOW + 1 }))).toEqual(is(moved));
  });

  it('is not the move back into its stage, when the deal was moved on in the second of its creation', () => {
    const moves = [known(created({ stageId: 1 })), known(hook({ hookAt: NOW }))];
    expect(matchReport(moves, hook({ ...back, hookAt: NOW + 2 }))).toEqual({ kind: 'new' });
  });

  it('is not a later return to the stage', () => {
    const moves = [known(created()), known(hook({ fromStageId: 142, stageId: 1, hookAt: NOW + 10 }))];
    expect(matchReport(moves, hook({ hookAt: NOW + 20 }))).toEqual({ kind: 'new' });
    expect(matchReport(moves, entry(NOW + 20))).toEqual({ kind: 'new' });
  });
});

it('gives two moves of one way different keys', () => {
  expect(moveKey(hook())).not.toBe(moveKey(hook({ hookAt: NOW + 1 })));
});

describe('an accepted incoming lead', () => {
  const acceptance = hook({ fromStageId: 7, hookAt: null, arrivedAt: NOW + 1, acceptedFrom: 7 });

  it('that is read after its deal has moved on is the move out of the incoming leads', () => {
    const accepted = known(entry(NOW, { fromStageId: 7, stageId: 1 }));
    const later = known(hook({ hookAt: NOW + 60 }));
    expect(matchReport([accepted, later], acceptance)).toEqual(is(accepted));
  });

  it('is not the entry into the present stage where only later moves are known', () => {
    const moves = [
      known(hook({ fromStageId: 1, stageId: 2, hookAt: NOW + 30 })),
      known(hook({ fromStageId: 2, hookAt: NOW + 60 })),
    ];
    expect(matchReport(moves, acceptance).kind).toBe('unclear');
  });

  it('of which nothing else is known is new', () => {
    expect(matchReport([], acceptance)).toEqual({ kind: 'new' });
  });
});
