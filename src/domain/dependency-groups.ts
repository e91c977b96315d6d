/** The part of a dead letter that decides whether it can be replayed. */
export interface DeadLetterNode {
  id: number;
  /** The action that must be done first. */
  afterId: number | null;
  /** That action's state; null where there is none. */
  afterState: string | null;
  /** Whether its contents were removed after the retention time. */
  removed: boolean;
}

/**
 * Why a dead letter cannot be replayed.
 * - `removed`: its contents, or those of an action that it waits for, were removed after the retention time.
 * - `discarded`: the action that it waits for was discarded or dropped, so it would wait for ever.
 */
export type Blocked = 'removed' | 'discarded';

export interface DependencyGroups<T extends DeadLetterNode> {
  /** The actions to replay: whole groups one after the other, each in order of dependency. */
  taken: { node: T; state: 'ready' | 'waiting' }[];
  blocked: { node: T; why: Blocked }[];
}

/**
 * Extends the selected dead letters to whole dependency groups (dead letters that wait for each other). When an action was
 * refused, all that waited for it became dead letters, too, so a group is replayed as one: an event without its identify,
 * or a note without its event, would be out of order.
 * @param nodes all dead letters of the groups concerned, in any order.
 */
export function dependencyGroups<T extends DeadLetterNode>(
  nodes: T[],
  selected: ReadonlySet<number>,
): DependencyGroups<T> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const children = Map.groupBy(nodes, (node) => node.afterId);
  const result: DependencyGroups<T> = { taken: [], blocked: [] };
  const seen = new Set<number>();
  for (const start of [...nodes].sort((a, b) => a.id - b.id)) {
    if (!selected.has(start.id) || seen.has(start.id)) continue;
    walk(rootOf(start, byId), null);
  }
  return result;

  function walk(node: T, inherited: Blocked | null): void {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    const waitsForDead = node.afterId !== null && byId.has(node.afterId);
    const why = node.removed
      ? 'removed'
      : (inherited ?? (node.afterState === 'dropped' ? 'discarded' : null));
    if (why !== null) result.blocked.push({ node, why });
    else result.taken.push({ node, state: waitsForDead || isOpen(node.afterState) ? 'waiting' : 'ready' });
    for (const child of children.get(node.id) ?? []) walk(child, why);
  }
}

/** The first action of a group, for which all others wait. */
function rootOf<T extends DeadLetterNode>(node: T, byId: Map<number, T>): T {
  let root = node;
  for (let above = parentOf(root); above !== undefined; above = parentOf(root)) root = above;
  return root;

  function parentOf({ afterId }: T): T | undefined {
    return afterId === null ? undefined : byId.get(afterId);
  }
}

function isOpen(state: string | null): boolean {
  return state !== null && state !== 'done';
}
