import { describe, expect, it } from 'vitest';
import { findMove, type KnownMove, moveKey, type ReportedMove } from './moves.ts';

const report = (part: Partial<ReportedMove> = {}): ReportedMove => ({
  dealId: 5,
  fromStageId: 1,
  pipelineId: 9,
  stageId: 142,
  at: 1000,
  kommoEventId: null,
  ...part,
});

const known = (part: Partial<KnownMove> = {}): KnownMove => ({
  id: 1,
  dealId: 5,
  fromStageId: 1,
  pipelineId: 9,
  stageId: 142,
  hookAt: 1000,
  kommoEventId: null,
  kommoEventAt: null,
  key: 'k',
  ...part,
});

describe('a webhook’s report', () => {
  it('is the known move of the same second', () => {
    expect(findMove([known()], report())).toEqual(known());
  });

  it('is another move a second later', () => {
    expect(findMove([known()], report({ at: 1001 }))).toBeNull();
  });

  it('is the move that the events log has told, though the clocks differ a little', () => {
    const logged = known({ hookAt: null, kommoEventId: '01a', kommoEventAt: 1003 });
    expect(findMove([logged], report())).toEqual(logged);
  });

  it('is not a move of the log from long before', () => {
    const logged = known({ hookAt: null, kommoEventId: '01a', kommoEventAt: 900 });
    expect(findMove([logged], report())).toBeNull();
  });

  it('is no move of another pipeline’s won', () => {
    expect(findMove([known({ pipelineId: 8 })], report())).toBeNull();
  });
});

describe('an entry of the events log', () => {
  it('is the known move with its id', () => {
    const logged = known({ kommoEventId: '01a', kommoEventAt: 1000 });
    expect(findMove([logged], report({ kommoEventId: '01a', at: 2000 }))).toEqual(logged);
  });

  it('is the nearest move that no other entry has claimed', () => {
    const claimed = known({ id: 1, kommoEventId: '01a', kommoEventAt: 1000 });
    const free = known({ id: 2, hookAt: 1004 });
    expect(findMove([claimed, free], report({ kommoEventId: '01b', at: 1002 }))).toEqual(free);
  });
});

it('names two moves of one way differently', () => {
  expect(moveKey(report())).not.toBe(moveKey(report({ at: 1001 })));
});
