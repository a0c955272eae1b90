import type { AssignmentListener } from '../broker.ts';

/** Owners of the partitions of one log within one group: partition p belongs to member p modulo their number. */
class Group {
  readonly #owners: Array<AssignmentListener | undefined>;
  #members: readonly AssignmentListener[] = [];
  #moving: Promise<void> = Promise.resolve();

  constructor(partitions: number) {
    this.#owners = Array.from({ length: partitions }, () => undefined);
  }

  change(members: (before: readonly AssignmentListener[]) => readonly AssignmentListener[]): Promise<void> {
    this.#members = members(this.#members);
    this.#moving = this.#moving.then(() => this.#move());
    return this.#moving;
  }

  async #move(): Promise<void> {
    // Members may come and go while a revocation is awaited: the next move puts that right.
    const members = this.#members;
    for (let partition = 0; partition < this.#owners.length; partition++) {
      const before = this.#owners[partition];
      const after = members[partition % members.length];
      if (before === after) continue;
      await before?.revoked(partition);
      this.#owners[partition] = after;
      after?.assigned(partition);
    }
  }
}

/** The groups of an embedded broker. All members live in this process, so a member that left has let go. */
export class Groups {
  readonly #groups = new Map<string, Group>();

  async join(name: string, partitions: number, listener: AssignmentListener): Promise<{ leave(): Promise<void> }> {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = new Group(partitions)));
    // A wrapper, so that one listener may join twice and be told apart.
    const member: AssignmentListener = {
      assigned: (partition) => listener.assigned(partition),
      revoked: (partition) => listener.revoked(partition),
    };
    await group.change((members) => [...members, member]);
    const joined = group;
    return { leave: () => joined.change((members) => members.filter((other) => other !== member)) };
  }
}
