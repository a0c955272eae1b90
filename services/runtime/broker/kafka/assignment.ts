/** A member as it joins: what it holds, and in which generation it got it. */
export interface Claimant {
  readonly id: string;
  readonly owned: readonly number[];
  readonly generation: number;
}

/**
 * Who gets what. Even to within one, moving as little as possible; and a partition that moves is given to nobody in this
 * round: its owner lets it go, joins again, and the next round gives it away. So no partition has two owners for as long as
 * its members are alive, and those that stay are never interrupted.
 */
export function assign(members: readonly Claimant[], partitions: number): Map<string, number[]> {
  const owners = claims(members, partitions);
  const targets = new Map(members.map(({ id }) => [id, [] as number[]]));
  for (const [partition, owner] of owners) targets.get(owner)?.push(partition);
  balance(targets, partitions);
  const given = new Map<string, number[]>();
  for (const [id, target] of targets) {
    const now = target.filter((partition) => (owners.get(partition) ?? id) === id);
    given.set(
      id,
      now.sort((a, b) => a - b),
    );
  }
  return given;
}

/** Of two that hold the same partition, the one that got it later is right: the other one was away meanwhile. */
function claims(members: readonly Claimant[], partitions: number): Map<number, string> {
  const owners = new Map<number, string>();
  const byGeneration = [...members].sort((a, b) => a.generation - b.generation || (a.id < b.id ? -1 : 1));
  for (const { id, owned } of byGeneration) {
    for (const partition of owned) if (partition >= 0 && partition < partitions) owners.set(partition, id);
  }
  return owners;
}

function balance(targets: Map<string, number[]>, partitions: number): void {
  const least = Math.floor(partitions / targets.size);
  // Whoever holds most keeps one more than the others, as many as there are to spare.
  const byHeld = [...targets].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const spare = partitions % targets.size;
  const free = new Set(Array(partitions).keys());
  byHeld.forEach(([, held], rank) => {
    held.sort((a, b) => a - b);
    held.splice(least + (rank < spare ? 1 : 0));
    for (const partition of held) free.delete(partition);
  });
  byHeld.forEach(([, held], rank) => {
    for (const partition of free) {
      if (held.length >= least + (rank < spare ? 1 : 0)) break;
      held.push(partition);
      free.delete(partition);
    }
  });
}
