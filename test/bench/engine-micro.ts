import { complete, type Draft, type RecordTypes } from '@yujing/schemas';
import { profileStage } from '@yujing/profile';
import { detectStage } from '@yujing/detect';
import { ProfileEngine, SubjectEngine, type RuleSetPlan } from '@yujing/rules/language';
import type { AdoptKind, InputRecord, Stage, StageContext } from '@yujing/runtime';
import { shippedRules } from '../engine/packs.ts';
import { eventId, token } from '../engine/story.ts';

// What one event costs in the two pure stages, without codec, broker and store: `npm run -w test bench:engine`.
// Figures of one run on one machine; compare them only with each other.

const PERSONS = 20_000;
const COUNTERPARTIES = 5_000;
const EVENTS = 100_000;
const ROUNDS = 3;
const RECENT = 500;
const T0 = Date.UTC(2026, 10, 22, 2);

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An ordinary day: calls with their ends, payments, messages. */
function traffic(): InputRecord[] {
  const random = mulberry(1);
  const persons = Array.from({ length: PERSONS }, (_, i) => ({
    subject: token(`p${i}`),
    tel: token(`t${i}`),
    account: token(`a${i}`),
  }));
  const others = Array.from({ length: COUNTERPARTIES }, (_, i) => token(`c${i}`));
  const records: InputRecord[] = [];
  for (let i = 0; i < EVENTS; i++) {
    const person = persons[Math.floor(random() * PERSONS)] as (typeof persons)[number];
    const other = others[Math.floor(random() ** 2 * COUNTERPARTIES)] as string;
    const at = T0 + i * 20;
    const head = {
      event_id: eventId(`${i}`),
      source: 'bench',
      subject: person.subject,
      subject_kind: 'person',
      counterparty: other,
      occurred_at: at,
      accepted_at: at + 300,
      lateness: 'on_time',
      door: 'd1',
      schema_version: 1,
      places: [{ kind: 'home', adcode: '330106', station_code: 'ST-1', at: null, certainty: 0.9 }],
    } as const;
    const kind = random();
    const common = { partition: 0, offset: i, key: other };
    if (kind < 0.6) {
      const phase = random() < 0.5 ? 'answered' : 'ended';
      const incoming = random() < 0.5;
      const value = complete('Call', {
        ...head,
        call_id: `c${i}`,
        phase,
        direction: incoming ? 'incoming' : 'outgoing',
        subscriber_tel: person.tel,
        peer_tel: other,
        peer_number_class: random() < 0.03 ? 'intl_00' : 'mobile_mno',
        route: 'domestic',
        first_contact: random() < 0.2,
        duration_s: phase === 'ended' ? Math.floor(random() * 300) : 0,
      } as Draft<RecordTypes['Call']>);
      records.push({ ...common, type: 'Call', value });
    } else {
      const value = complete('Transaction', {
        ...head,
        txn_id: `x${i}`,
        phase: 'settled',
        kind: random() < 0.5 ? 'qr_pay' : 'transfer_out',
        direction: 'outgoing',
        payer_acct: person.account,
        payee_acct: other,
        payee_kind: 'personal',
        amount_minor: Math.floor(random() * 2_000_000),
        currency: 'CNY',
        first_payee: random() < 0.1,
      } as Draft<RecordTypes['Transaction']>);
      records.push({ ...common, type: 'Transaction', value });
    }
  }
  return records;
}

interface Bench<Entity, State> {
  readonly context: StageContext<Entity, State>;
  readonly entities: Map<string, Entity>;
  readonly outputs: InputRecord[];
}

function bench<Entity, State>(stage: Stage<Entity, State>, document: unknown): Bench<Entity, State> {
  const entities = new Map<string, Entity>();
  const outputs: InputRecord[] = [];
  const timers = new Map<string, number>();
  const context: StageContext<Entity, State> = {
    partition: 0,
    partitions: 1,
    state: stage.partitionState(),
    need: () => {},
    entity(key) {
      let entity = entities.get(key);
      if (entity === undefined) entities.set(key, (entity = stage.codec.empty(key)));
      return entity;
    },
    read: (key) => entities.get(key),
    remove: (key) => entities.delete(key),
    emit: (type, key, value) => outputs.push({ type, key, value, partition: 0, offset: outputs.length }),
    broadcast: (type, value) => outputs.push({ type, key: '', value, partition: 0, offset: outputs.length }),
    timers: {
      set: (scope, key, at) =>
        at === undefined ? timers.delete(`${scope} ${key}`) : timers.set(`${scope} ${key}`, at),
      due: () => [],
      next: () => undefined,
      scopes: () => [],
    },
    adopted: <Document>(kind: AdoptKind) => (kind === 'ruleset' ? document : undefined) as Document | undefined,
    count: () => {},
  };
  stage.adopted?.(context, 'ruleset');
  return { context, entities, outputs };
}

/** CPU time: on a shared machine the clock on the wall measures the neighbours. */
function microseconds(run: () => void, times: number): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

function codecOf<Entity>(stage: Pick<Stage<Entity, unknown>, 'codec'>, entities: ReadonlyMap<string, Entity>) {
  const bytes: Uint8Array[] = [];
  const encode = microseconds(() => {
    for (const entity of entities.values()) bytes.push(stage.codec.encode(entity));
  }, entities.size);
  const decode = microseconds(() => {
    for (const encoded of bytes) stage.codec.decode(encoded, '');
  }, entities.size);
  // As at a commit: what was just handled is still in the processor's cache.
  const recent = [...entities.values()].slice(0, RECENT);
  const hot = microseconds(() => {
    for (let i = 0; i < 40; i++) for (const entity of recent) stage.codec.encode(entity);
  }, 40 * recent.length);
  return { encode, hot, decode, bytes: bytes.reduce((sum, encoded) => sum + encoded.length, 0) / entities.size };
}

function round(plan: RuleSetPlan, records: readonly InputRecord[]): Record<string, number> {
  const profile = bench(profileStage, new ProfileEngine(plan));
  const profileUs = microseconds(() => {
    for (const record of records) profileStage.handle(profile.context, record);
  }, records.length);
  const detect = bench(detectStage, new SubjectEngine(plan));
  const detectUs = microseconds(() => {
    for (const record of profile.outputs) detectStage.handle(detect.context, record);
  }, profile.outputs.length);
  const figures: Record<string, number> = { 'profile handle us': profileUs, 'detect handle us': detectUs };
  for (const [name, of] of Object.entries({
    profile: codecOf(profileStage, profile.entities),
    detect: codecOf(detectStage, detect.entities),
  })) {
    figures[`${name} encode us`] = of.encode;
    figures[`${name} encode, in cache us`] = of.hot;
    figures[`${name} decode us`] = of.decode;
    figures[`${name} bytes`] = of.bytes;
  }
  return { ...figures, warnings: detect.outputs.length };
}

const { plan } = shippedRules();
const records = traffic();
console.log(`${plan.rules.length} rules, ${plan.features.length} features, ${EVENTS} events, ${PERSONS} persons`);
for (let i = 0; i < ROUNDS; i++) {
  const figures = round(plan, records);
  console.log(
    Object.entries(figures)
      .map(([name, value]) => `${name} ${value.toFixed(2)}`)
      .join('  '),
  );
}
