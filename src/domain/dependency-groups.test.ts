import { describe, expect, it } from 'vitest';
import { type DeadLetterNode, dependencyGroups } from './dependency-groups.ts';

const dead = (
  id: number,
  afterId: number | null = null,
  part: Partial<DeadLetterNode> = {},
): DeadLetterNode => ({
  id,
  afterId,
  afterState: afterId === null ? null : 'dead',
  removed: false,
  ...part,
});

function take(nodes: DeadLetterNode[], ...selected: number[]) {
  const { taken, blocked } = dependencyGroups(nodes, new Set(selected));
  return {
    taken: taken.map(({ node, state }) => `${node.id} ${state}`),
    blocked: blocked.map(({ node, why }) => `${node.id} ${why}`),
  };
}

describe('the family of a dead letter', () => {
  const chain = [dead(1), dead(2, 1), dead(3, 2)];

  it.each([1, 2, 3])('is taken as a whole, in its order, when number %i is selected', (id) => {
    expect(take(chain, id)).toEqual({ taken: ['1 ready', '2 waiting', '3 waiting'], blocked: [] });
  });

  it('is taken once, though several of it are selected', () => {
    expect(take(chain, 3, 1, 2).taken).toHaveLength(3);
  });

  it('does not take others along', () => {
    expect(take([...chain, dead(4), dead(5, 4)], 4).taken).toEqual(['4 ready', '5 waiting']);
  });

  it('brings the branches, too: what they waited for is on its way', () => {
    expect(take([...chain, dead(4, 1)], 3).taken).toEqual(['1 ready', '2 waiting', '3 waiting', '4 waiting']);
  });

  it('is ready where what came before was delivered', () => {
    expect(take([dead(2, 1, { afterState: 'done' })], 2).taken).toEqual(['2 ready']);
  });

  it('waits where what comes before is on its way already', () => {
    expect(take([dead(2, 1, { afterState: 'sending' })], 2).taken).toEqual(['2 waiting']);
  });

  it('stays dead where what came before was discarded, and so does all behind it', () => {
    expect(take([dead(2, 1, { afterState: 'dropped' }), dead(3, 2)], 3)).toEqual({
      taken: [],
      blocked: ['2 discarded', '3 discarded'],
    });
  });

  it('stays dead from the one on whose contents were removed', () => {
    expect(take([dead(1), dead(2, 1, { removed: true }), dead(3, 2)], 1)).toEqual({
      taken: ['1 ready'],
      blocked: ['2 removed', '3 removed'],
    });
  });
});
