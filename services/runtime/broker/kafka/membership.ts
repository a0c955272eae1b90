import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerError, isCoded } from '../../errors/errors.ts';
import type { AssignmentListener } from '../broker.ts';
import { assign, type Claimant } from './assignment.ts';
import { Holdings } from './holdings.ts';
import { loadKafkajs } from './kafkajs.ts';
import type { Network } from './network.ts';
import { NO_KAFKA_METRICS, NO_LOG, type KafkaLog, type KafkaMetrics } from './options.ts';
import { CODE, codeName } from './protocol-errors.ts';

export interface GroupTimes {
  readonly sessionMs: number;
  readonly heartbeatMs: number;
  readonly rebalanceMs: number;
  readonly answerMs: number;
  readonly backoffMs: number;
  readonly leaveMs: number;
  readonly hintMs: number;
  readonly electionMs: number;
  readonly watchMs: number;
}

export const GROUP_TIMES: GroupTimes = {
  /** the coordinator gives a member up after this; the least that brokers allow by default */
  sessionMs: 6_000,
  heartbeatMs: 300,
  /** how long the coordinator waits for the others to join again; ours do so within a heartbeat */
  rebalanceMs: 10_000,
  answerMs: 2_000,
  backoffMs: 200,
  /** a listener that has not let go by then is not waited for any more */
  leaveMs: 12_000,
  hintMs: 5_000,
  /** a coordinator may be away for this long while its successor is elected; nobody can be given what we hold meanwhile */
  electionMs: 20_000,
  /** how often silence is looked for */
  watchMs: 250,
};

const PROTOCOL = 'yujing-sticky';
const FENCE_SHARE = 0.8;

interface Joined {
  readonly errorCode: number;
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  readonly members: ReadonlyArray<{ readonly memberId: string; readonly memberMetadata: Buffer }>;
}

export interface MembershipOptions {
  /** of its own: a join holds up everything behind it on its connection */
  readonly network: Pick<Network, 'callAny' | 'call' | 'refresh' | 'nodes' | 'lastAnswerAt' | 'close'>;
  readonly group: string;
  readonly topic: string;
  readonly partitions: number;
  readonly listener: AssignmentListener;
  readonly times?: GroupTimes | undefined;
  readonly metrics?: KafkaMetrics | undefined;
  readonly log?: KafkaLog | undefined;
}

/**
 * A member of a consumer group, for the assignment alone: no record is read through it and no position of it is used, since
 * those are in the store. kafkajs' own consumer has no word for "revoked", deals all partitions anew whenever somebody comes or
 * goes, and stays with a coordinator that is frozen; the requests are its own all the same.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #times: GroupTimes;
  readonly #metrics: KafkaMetrics;
  readonly #log: KafkaLog;
  readonly #holdings: Holdings;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  readonly #watch: NodeJS.Timeout;
  #coordinator: number | undefined;
  #memberId = '';
  #generation = -1;
  #mustJoin = true;
  #isJoining = false;
  #isLeaving = false;
  /** when the last question was sent to which the coordinator said that we are a member (monotonic) */
  #heardAt = performance.now();
  #watchedAt = performance.now();
  #wasFrozen = false;
  #hints = new Map<number, number>();
  #hintedAt = 0;
  #complaint = '';

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#times = options.times ?? GROUP_TIMES;
    this.#metrics = options.metrics ?? NO_KAFKA_METRICS;
    this.#log = options.log ?? NO_LOG;
    // Whoever has let go of a partition joins again, so that it can be given to another.
    this.#holdings = new Holdings(options.listener, () => (this.#mustJoin = true));
    this.#watch = setInterval(() => this.#fenceIfSilent(), this.#times.watchMs);
    this.#running = this.#run();
  }

  /** Positions for ordinary tools to look at; nobody starts from them. */
  hint(positions: ReadonlyMap<number, number>): void {
    for (const [partition, position] of positions) this.#hints.set(partition, position);
  }

  /** Lets go of everything, waits for the listener as long as the group would, and tells the group. */
  async leave(tell: Pick<Network, 'call'>): Promise<void> {
    this.#isLeaving = true;
    this.#holdings.forget();
    // Still a member meanwhile, or the group would give away what is not let go yet.
    await Promise.race([this.#holdings.letGoAll(), sleep(this.#times.leaveMs, undefined, { ref: false })]);
    this.#stopping.abort();
    clearInterval(this.#watch);
    const { group, network } = this.#options;
    network.close();
    await this.#running;
    if (this.#memberId === '' || this.#coordinator === undefined) return;
    const payload = { groupId: group, memberId: this.#memberId };
    // Not told, the group finds out after the session time.
    await tell.call(this.#coordinator, 'LeaveGroup', payload, this.#times.answerMs).catch(() => {});
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        if (this.#coordinator === undefined) await this.#findCoordinator();
        if (this.#mustJoin) await this.#join();
        await sleep(this.#times.heartbeatMs, undefined, { signal: this.#stopping.signal });
        if (!this.#mustJoin) await this.#heartbeat();
        await this.#sendHints();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#coordinator = undefined;
        if (!isCoded(error)) this.#complain('failed');
        await sleep(this.#times.backoffMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      }
    }
  }

  async #findCoordinator(): Promise<void> {
    const { group, network } = this.#options;
    const payload = { groupId: group, coordinatorType: 0 };
    const answer = await network.callAny<{ errorCode: number; coordinator: { nodeId: number } }>(
      'GroupCoordinator',
      payload,
      this.#times.answerMs,
    );
    this.#expect(answer.errorCode);
    const { nodeId } = answer.coordinator;
    if (!network.nodes.includes(nodeId)) await network.refresh();
    this.#coordinator = nodeId;
  }

  async #join(): Promise<void> {
    const { group, topic } = this.#options;
    const { MemberMetadata } = loadKafkajs().assigner;
    this.#mustJoin = false;
    this.#isJoining = true;
    try {
      const claim = { owned: this.#holdings.all(), generation: this.#generation };
      const metadata = MemberMetadata.encode({
        version: 1,
        topics: [topic],
        userData: Buffer.from(JSON.stringify(claim)),
      });
      const joined = await this.#call<Joined>(
        'JoinGroup',
        {
          groupId: group,
          sessionTimeout: this.#times.sessionMs,
          rebalanceTimeout: this.#times.rebalanceMs,
          memberId: this.#memberId,
          protocolType: 'consumer',
          groupProtocols: [{ name: PROTOCOL, metadata }],
        },
        this.#times.rebalanceMs + this.#times.answerMs,
      );
      if (joined.errorCode === CODE.member_id_required) {
        // The group gives a new member its id first; the next join counts.
        this.#memberId = joined.memberId;
        return await this.#join();
      }
      this.#expect(joined.errorCode);
      this.#memberId = joined.memberId;
      await this.#sync(joined);
    } catch (error) {
      this.#mustJoin = true;
      throw error;
    } finally {
      this.#isJoining = false;
    }
  }

  async #sync(joined: Joined): Promise<void> {
    const { group, topic } = this.#options;
    const { generationId, memberId } = joined;
    const groupAssignment = joined.leaderId === memberId ? this.#deal(joined) : [];
    const askedAt = performance.now();
    const answer = await this.#call<{ errorCode: number; memberAssignment: Buffer }>(
      'SyncGroup',
      { groupId: group, generationId, memberId, groupAssignment },
      this.#times.rebalanceMs + this.#times.answerMs,
    );
    this.#expect(answer.errorCode);
    const given = loadKafkajs().assigner.MemberAssignment.decode(answer.memberAssignment)?.assignment[topic] ?? [];
    this.#heard(askedAt);
    this.#generation = generationId;
    this.#metrics.count('kafka_group_joins_total', {}, 1);
    this.#log('info', 'joined a group', { group, generation: generationId, partitions: given.length });
    if (!this.#isLeaving) this.#holdings.give(given);
  }

  /** The leader of the group says who gets what. */
  #deal({ members }: Joined): object[] {
    const { topic, partitions } = this.#options;
    const { MemberMetadata, MemberAssignment } = loadKafkajs().assigner;
    const claimants = members.map(({ memberId, memberMetadata }) =>
      claimOf(memberId, MemberMetadata.decode(memberMetadata).userData),
    );
    return [...assign(claimants, partitions)].map(([memberId, given]) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({ version: 1, assignment: { [topic]: given } }),
    }));
  }

  async #heartbeat(): Promise<void> {
    const { group } = this.#options;
    const payload = { groupId: group, groupGenerationId: this.#generation, memberId: this.#memberId };
    const askedAt = performance.now();
    const { errorCode } = await this.#call<{ errorCode: number }>('Heartbeat', payload, this.#times.answerMs);
    if (errorCode === CODE.rebalance_in_progress) {
      this.#heard(askedAt);
      this.#mustJoin = true;
      return;
    }
    this.#expect(errorCode);
    this.#heard(askedAt);
    // Let go because of silence, and still a member of the same generation: nobody else was given them.
    this.#holdings.giveAgain();
  }

  async #sendHints(): Promise<void> {
    const now = performance.now();
    if (this.#hints.size === 0 || this.#mustJoin || now - this.#hintedAt < this.#times.hintMs) return;
    this.#hintedAt = now;
    const { group, topic } = this.#options;
    const partitions = [...this.#hints].map(([partition, offset]) => ({
      partition,
      offset: String(offset),
      metadata: null,
    }));
    this.#hints.clear();
    const payload = { groupId: group, groupGenerationId: this.#generation, memberId: this.#memberId };
    await this.#call('OffsetCommit', { ...payload, topics: [{ topic, partitions }] }, this.#times.answerMs);
  }

  #call<T>(api: 'JoinGroup' | 'SyncGroup' | 'Heartbeat' | 'OffsetCommit', payload: object, ms: number): Promise<T> {
    if (this.#coordinator === undefined) throw new BrokerError('connection_lost');
    return this.#options.network.call<T>(this.#coordinator, api, payload, ms);
  }

  /** @throws when the answer was no; what it means for us is noted first */
  #expect(code: number): void {
    if (code === CODE.none) {
      this.#complaint = '';
      return;
    }
    const passing: readonly number[] = [
      CODE.rebalance_in_progress,
      CODE.illegal_generation,
      CODE.unknown_member,
      CODE.coordinator_loading,
      CODE.coordinator_not_available,
      CODE.not_coordinator,
    ];
    if (!passing.includes(code)) this.#complain(codeName(code));
    if (code === CODE.unknown_member) {
      // The group went on without us: what we hold may have been given away.
      this.#memberId = '';
      this.#generation = -1;
      this.#fence('unknown_member');
    }
    if (code !== CODE.coordinator_loading)
      this.#mustJoin ||= code !== CODE.not_coordinator && code !== CODE.coordinator_not_available;
    throw new BrokerError('connection_lost', { reason: codeName(code) });
  }

  /**
   * Nobody told us for nearly the session time that we are a member: everything goes, sooner than the group would give it to others.
   * Except when other brokers answer and the coordinator alone does not: then it is gone for all members, and its successor
   * begins all sessions anew. After this process was frozen there is no such excuse.
   */
  #fenceIfSilent(): void {
    const { sessionMs, rebalanceMs, electionMs, watchMs } = this.#times;
    const now = performance.now();
    if (now - this.#watchedAt > watchMs + sessionMs / 4) this.#wasFrozen = true;
    this.#watchedAt = now;
    const isElection = !this.#wasFrozen && now - this.#options.network.lastAnswerAt < sessionMs;
    // While the coordinator has our join, it waits for others and not for us.
    const limit = (isElection ? electionMs : FENCE_SHARE * sessionMs) + (this.#isJoining ? rebalanceMs : 0);
    if (!this.#holdings.isEmpty && now - this.#heardAt > limit) this.#fence('silence');
  }

  #heard(askedAt: number): void {
    this.#heardAt = askedAt;
    this.#wasFrozen = false;
  }

  #fence(reason: 'silence' | 'unknown_member'): void {
    // The group gave it to others, or is about to: nothing comes back by itself.
    if (reason === 'unknown_member') this.#holdings.forget();
    if (this.#holdings.isEmpty) return;
    this.#metrics.count('kafka_group_fenced_total', {}, 1);
    this.#log('warn', 'all partitions are let go', { group: this.#options.group, reason });
    void this.#holdings.letGoAll();
  }

  #complain(reason: string): void {
    if (this.#complaint === reason) return;
    this.#complaint = reason;
    this.#log('warn', 'a group cannot be joined', { group: this.#options.group, reason });
  }
}

function claimOf(id: string, userData: Buffer): Claimant {
  try {
    const { owned, generation } = JSON.parse(userData.toString('utf8')) as Partial<Claimant>;
    if (Array.isArray(owned) && typeof generation === 'number') return { id, owned, generation };
  } catch {
    // A member of another make claims nothing.
  }
  return { id, owned: [], generation: -1 };
}
