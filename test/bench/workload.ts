/** Events of a bench: seeded, invented, in the door's JSON. A third payments, two thirds calls; one call in a hundred looks bad. */
export interface WorkloadOptions {
  readonly events: number;
  /** epoch ms of the first event */
  readonly start: number;
  /** events a second of event time */
  readonly rate: number;
  readonly people: number;
  readonly counterparties: number;
  readonly run: string;
}

/** mulberry32: small, seeded, good enough to spread keys */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function* workload({ events, start, rate, people, counterparties, run }: WorkloadOptions): Generator<string> {
  const random = randomOf(20_261_122);
  const below = (n: number): number => Math.floor(random() * n);
  for (let n = 0; n < events; n++) {
    const at = start + Math.floor((n * 1000) / rate);
    const person = below(people);
    const head = { id: `${run}-${n}`, occurred_at: at, subject_id: `B-${person}` };
    yield JSON.stringify(
      n % 3 === 0
        ? payment(head, person, below(counterparties), below(900_000), n)
        : call(head, person, below(counterparties), below(100), n),
    );
  }
}

type Head = { readonly id: string; readonly occurred_at: number; readonly subject_id: string };

function call(head: Head, person: number, peer: number, kind: number, n: number): object {
  const overseas = kind === 0;
  const phase = kind % 2 === 0 ? 'answered' : 'ended';
  return {
    type: 'call',
    ...head,
    call_id: `call-${n}`,
    phase,
    direction: kind < 60 ? 'incoming' : 'outgoing',
    subscriber_tel: `+8612${String(person).padStart(9, '0')}`,
    peer_tel: overseas ? `0085200${String(peer).padStart(6, '0')}` : `+8612${String(500_000_000 + peer)}`,
    route: overseas ? 'intl_gateway' : 'domestic',
    media: 'voice',
    first_contact: overseas,
    duration_s: phase === 'ended' ? kind * 3 : 0,
  };
}

function payment(head: Head, person: number, payee: number, amount: number, n: number): object {
  return {
    type: 'transaction',
    ...head,
    txn_id: `txn-${n}`,
    phase: 'settled',
    kind: 'transfer_out',
    payer_acct: `62${String(person).padStart(17, '0')}`,
    payer_inst: 'BANK-A',
    payee_acct: `63${String(payee).padStart(17, '0')}`,
    payee_kind: 'personal',
    amount_minor: amount,
    currency: 'CNY',
    channel: 'mobile',
    first_payee: amount % 4 === 0,
  };
}

export function bodiesOf(lines: Iterable<string>, size: number): Buffer[] {
  const bodies: Buffer[] = [];
  let batch: string[] = [];
  for (const line of lines) {
    if (batch.push(line) < size) continue;
    bodies.push(Buffer.from(batch.join('\n')));
    batch = [];
  }
  if (batch.length > 0) bodies.push(Buffer.from(batch.join('\n')));
  return bodies;
}
