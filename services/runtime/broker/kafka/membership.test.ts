import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { BrokerError } from '../../errors/errors.ts';
import type { ApiName } from './kafkajs.ts';
import { Membership, type GroupTimes } from './membership.ts';
import { CODE } from './protocol-errors.ts';

const TIMES: GroupTimes = {
  sessionMs: 500,
  heartbeatMs: 10,
  rebalanceMs: 1_000,
  answerMs: 300,
  backoffMs: 20,
  leaveMs: 1_000,
  hintMs: 50,
  electionMs: 1_500,
  watchMs: 20,
};
const PARTITIONS = 6;

interface GroupMember {
  metadata: Buffer;
  heardAt: number;
  joined: ((answer: object) => void) | undefined;
  synced: ((answer: object) => void) | undefined;
}

interface Payload {
  readonly memberId: string;
  readonly groupGenerationId: number;
  readonly generationId: number;
  readonly groupProtocols: ReadonlyArray<{ metadata: Buffer }>;
  readonly groupAssignment: ReadonlyArray<{ memberId: string; memberAssignment: Buffer }>;
  readonly topics: unknown;
}

/** The coordinator of one group, as far as members can tell. */
class Coordinator {
  readonly members = new Map<string, GroupMember>();
  readonly committed: unknown[] = [];
  generation = 0;
  isJoining = false;
  #ids = 0;
  #leader = '';

  call(api: ApiName, payload: Payload): Promise<object> | object {
    this.#expire();
    if (api === 'JoinGroup') return this.#join(payload);
    const member = this.members.get(payload.memberId);
    if (member === undefined) return { errorCode: CODE.unknown_member };
    if (api === 'LeaveGroup') return this.remove(payload.memberId);
    member.heardAt = performance.now();
    if (api === 'SyncGroup') return this.#sync(member, payload);
    if (this.isJoining) return { errorCode: CODE.rebalance_in_progress };
    if (payload.groupGenerationId !== this.generation) return { errorCode: CODE.illegal_generation };
    if (api === 'OffsetCommit') this.committed.push(payload.topics);
    return { errorCode: CODE.none };
  }

  /** As when its session ended, or it left. */
  remove(id: string): object {
    this.members.delete(id);
    this.isJoining = this.members.size > 0;
    this.#complete();
    return { errorCode: CODE.none };
  }

  #join({ memberId, groupProtocols }: Payload): Promise<object> | object {
    if (memberId === '') return { errorCode: CODE.member_id_required, memberId: `m${this.#ids++}` };
    const isNew = !this.members.has(memberId);
    if (isNew && !/^m\d+$/.test(memberId)) return { errorCode: CODE.unknown_member };
    return new Promise((joined) => {
      const metadata = groupProtocols[0]!.metadata;
      this.members.set(memberId, { metadata, heardAt: performance.now(), joined, synced: undefined });
      this.isJoining = true;
      this.#complete();
    });
  }

  #complete(): void {
    const all = [...this.members];
    if (all.length === 0 || all.some(([, { joined }]) => joined === undefined)) return;
    this.generation++;
    this.#leader = all[0]![0];
    const members = all.map(([memberId, { metadata }]) => ({ memberId, memberMetadata: metadata }));
    for (const [memberId, member] of all) {
      const answer = { errorCode: CODE.none, generationId: this.generation, leaderId: this.#leader, memberId };
      member.joined?.({ ...answer, members: memberId === this.#leader ? members : [] });
      member.joined = undefined;
    }
    this.isJoining = false;
  }

  #sync(member: GroupMember, { memberId, groupAssignment }: Payload): Promise<object> {
    return new Promise((synced) => {
      member.synced = synced;
      if (memberId !== this.#leader) return;
      for (const given of groupAssignment) {
        const answer = { errorCode: CODE.none, memberAssignment: given.memberAssignment };
        const of = this.members.get(given.memberId);
        // A follower's question may come after the leader's answer.
        const tell = (): void => (of?.synced === undefined ? void setTimeout(tell, 1) : of.synced(answer));
        tell();
      }
    });
  }

  #expire(): void {
    for (const [id, { heardAt, joined }] of this.members) {
      if (joined === undefined && performance.now() - heardAt > TIMES.sessionMs) this.remove(id);
    }
  }
}

/** One member's way to the coordinator. */
class Line {
  readonly nodes = [0];
  readonly #coordinator: Coordinator;
  isCut = false;
  /** the coordinator alone does not answer */
  isElecting = false;
  lastAnswerAt = 0;
  #closed = new AbortController();

  constructor(coordinator: Coordinator) {
    this.#coordinator = coordinator;
    setMaxListeners(0, this.#closed.signal);
  }

  async refresh(): Promise<void> {}
  async callAny<T>(): Promise<T> {
    await sleep(1);
    if (this.isCut) throw new BrokerError('connection_lost');
    this.lastAnswerAt = performance.now();
    return { errorCode: CODE.none, coordinator: { nodeId: 0 } } as T;
  }
  async call<T>(_node: number, api: ApiName, payload: object, ms: number): Promise<T> {
    const late = sleep(ms, undefined, { signal: this.#closed.signal, ref: false }).then(
      () => Promise.reject(new BrokerError('connection_lost')),
      () => Promise.reject(new BrokerError('closed')),
    );
    if (this.isCut || this.isElecting) return late;
    return (await Promise.race([this.#coordinator.call(api, payload as Payload), late])) as T;
  }
  close(): void {
    this.#closed.abort();
  }
}

class Owners {
  readonly of = new Map<number, string>();
  readonly told: string[] = [];
  clashes = 0;

  has(...names: string[]): boolean {
    const found = new Set(this.of.values());
    return this.of.size === PARTITIONS && found.size === names.length && names.every((name) => found.has(name));
  }
}

const open: Array<{ membership: Membership; line: Line }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ membership, line }) => membership.leave(line)));
});

function join(coordinator: Coordinator, owners: Owners, name: string): { membership: Membership; line: Line } {
  const line = new Line(coordinator);
  const listener = {
    assigned(partition: number): void {
      if (owners.of.has(partition)) owners.clashes++;
      owners.of.set(partition, name);
      owners.told.push(`${name}+${partition}`);
    },
    async revoked(partition: number): Promise<void> {
      owners.told.push(`${name}-${partition}`);
      await sleep(30);
      owners.of.delete(partition);
    },
  };
  const options = { network: line, group: 'g', topic: 't', partitions: PARTITIONS, listener, times: TIMES };
  const joined = { membership: new Membership(options), line };
  open.push(joined);
  return joined;
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !isSo(); await sleep(5)) {
    if (performance.now() > end) throw new Error(`waited for: ${what}`);
  }
}

test('members come and go; nobody ever shares a partition, and who stays is not told anything', async () => {
  const [coordinator, owners] = [new Coordinator(), new Owners()];
  join(coordinator, owners, 'a');
  await until('a has all', () => owners.has('a'));
  const second = join(coordinator, owners, 'b');
  await until('both have some', () => owners.has('a', 'b'));
  expect(owners.told.filter((line) => line.startsWith('a-'))).toHaveLength(3);
  join(coordinator, owners, 'c');
  await until('three have some', () => owners.has('a', 'b', 'c'));
  owners.told.length = 0;
  open.splice(open.indexOf(second), 1);
  await second.membership.leave(second.line);
  await until('a and c have all', () => owners.has('a', 'c'));
  expect(owners.told.filter((line) => /^[ac]-/.test(line))).toEqual([]);
  expect(owners.clashes).toBe(0);
});

test('a member that was taken out lets everything go and joins as a new one', async () => {
  const [coordinator, owners] = [new Coordinator(), new Owners()];
  join(coordinator, owners, 'a');
  await until('a has all', () => owners.has('a'));
  coordinator.remove([...coordinator.members.keys()][0]!);
  await until('a has let go', () => owners.told.includes('a-0'));
  await until('a has all again', () => owners.told.length === 3 * PARTITIONS && owners.has('a'));
  expect(coordinator.members.size).toBe(1);
});

test('silence: everything is let go within the session time, and comes back when the group has not moved', async () => {
  const [coordinator, owners] = [new Coordinator(), new Owners()];
  const { line } = join(coordinator, owners, 'a');
  await until('a has all', () => owners.has('a'));
  const { generation } = coordinator;
  const [id] = [...coordinator.members.keys()];
  line.isCut = true;
  const cutAt = performance.now();
  await until('a has let go', () => owners.of.size === 0);
  expect(performance.now() - cutAt).toBeGreaterThan(TIMES.sessionMs / 2);
  // As when the coordinator itself was away and its successor gives everybody a new session.
  coordinator.members.get(id!)!.heardAt = performance.now() + 60_000;
  line.isCut = false;
  await until('a has all again', () => owners.has('a'));
  expect(coordinator.generation).toBe(generation);
});

test('a coordinator that is away for all is waited for, and what is held is kept', async () => {
  const [coordinator, owners] = [new Coordinator(), new Owners()];
  const { line } = join(coordinator, owners, 'a');
  await until('a has all', () => owners.has('a'));
  line.isElecting = true;
  await sleep(2 * TIMES.sessionMs);
  for (const member of coordinator.members.values()) member.heardAt = performance.now();
  line.isElecting = false;
  await sleep(100);
  expect(owners.told).toHaveLength(PARTITIONS);
  line.isElecting = true;
  await until('a has let go', () => owners.told.length === 2 * PARTITIONS);
});

test('one that is cut off has let go before the other one gets what it had', async () => {
  const [coordinator, owners] = [new Coordinator(), new Owners()];
  const first = join(coordinator, owners, 'a');
  join(coordinator, owners, 'b');
  await until('both have some', () => owners.has('a', 'b'));
  first.line.isCut = true;
  await until('b has all', () => owners.has('b'));
  first.line.isCut = false;
  await until('both have some again', () => owners.has('a', 'b'));
  expect(owners.clashes).toBe(0);
});

test('a hint is written as offsets of the group', async () => {
  const [coordinator, owners] = [new Coordinator(), new Owners()];
  const { membership } = join(coordinator, owners, 'a');
  await until('a has all', () => owners.has('a'));
  membership.hint(new Map([[2, 40]]));
  await until('committed', () => coordinator.committed.length > 0);
  expect(coordinator.committed[0]).toEqual([
    { topic: 't', partitions: [{ partition: 2, offset: '40', metadata: null }] },
  ]);
});
