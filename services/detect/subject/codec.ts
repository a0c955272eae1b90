import { PLACE_KIND_SYMBOLS, SUBJECT_KIND_SYMBOLS, type SubjectKind } from '@yujing/schemas';
import {
  ByteReader,
  ByteWriter,
  emptySubjectState,
  readSubject,
  writeSubject,
  type SubjectState,
} from '@yujing/rules/language';
import type { EntityCodec } from '@yujing/runtime';
import { emptyLedger, PAYMENT_KINDS, PAYMENT_STATES, type Ledger } from './ledger.ts';

/** One person as this stage remembers him. */
export interface Person {
  /** a person, or the number or account that stands for one while unlinked */
  kind: SubjectKind;
  subject: SubjectState;
  ledger: Ledger;
  /** tick scopes in which a timer is set */
  scopes: number[];
}

/** Raised when the bytes change; older ones are still read. */
const VERSION = 1;
const writer = new ByteWriter();

export const PERSON_CODEC: EntityCodec<Person> = {
  empty: () => ({ kind: 'person', subject: emptySubjectState(), ledger: emptyLedger(), scopes: [] }),
  encode({ kind, subject, ledger, scopes }) {
    writer.begin();
    writer.byte(VERSION);
    writer.byte(SUBJECT_KIND_SYMBOLS.indexOf(kind));
    writeSubject(writer, subject);
    writeLedger(ledger);
    writer.whole(scopes.length);
    for (const scope of scopes) writer.number(scope);
    return writer.take();
  },
  decode(bytes) {
    const reader = new ByteReader(bytes);
    const version = reader.byte();
    if (version !== VERSION) throw new RangeError(`a person of version ${version} was written by a newer release`);
    const kind = SUBJECT_KIND_SYMBOLS[reader.byte()] ?? 'UNKNOWN';
    const subject = readSubject(reader);
    const ledger = readLedger(reader);
    const scopes: number[] = [];
    for (let size = reader.whole(); size > 0; size--) scopes.push(reader.number());
    return { kind, subject, ledger, scopes };
  },
};

function writeLedger(ledger: Ledger): void {
  writer.whole(ledger.calls.length);
  for (const call of ledger.calls) {
    writer.text(call.id);
    writer.number(call.answeredAt);
    writer.number(call.endedAt);
    writer.number(call.newestAt);
  }
  writer.whole(ledger.payments.length);
  for (const payment of ledger.payments) {
    writer.text(payment.id);
    writer.byte(PAYMENT_KINDS.indexOf(payment.kind));
    writer.number(payment.amount);
    writer.text(payment.currency);
    writer.byte(PAYMENT_STATES.indexOf(payment.state));
    writer.text(payment.account);
    writer.number(payment.firstAt);
    writer.number(payment.newestAt);
  }
  writer.whole(ledger.places.length);
  for (const { place, at } of ledger.places) {
    writer.byte(PLACE_KIND_SYMBOLS.indexOf(place.kind));
    // No code is empty, so an empty text says that there is none; no time is 0.
    writer.text(place.adcode ?? '');
    writer.text(place.station_code ?? '');
    writer.number(place.at ?? 0);
    writer.number(place.certainty);
    writer.number(at);
  }
  writer.number(ledger.screenShareAt);
  writer.number(ledger.atCounterAt);
  writer.number(ledger.balance);
  writer.text(ledger.balanceCurrency);
  writer.number(ledger.balanceAt);
}

function readLedger(reader: ByteReader): Ledger {
  const ledger = emptyLedger();
  for (let size = reader.whole(); size > 0; size--) {
    ledger.calls.push({
      id: reader.text(),
      answeredAt: reader.number(),
      endedAt: reader.number(),
      newestAt: reader.number(),
    });
  }
  for (let size = reader.whole(); size > 0; size--) {
    ledger.payments.push({
      id: reader.text(),
      kind: PAYMENT_KINDS[reader.byte()] ?? 'out',
      amount: reader.number(),
      currency: reader.text(),
      state: PAYMENT_STATES[reader.byte()] ?? 'none',
      account: reader.text(),
      firstAt: reader.number(),
      newestAt: reader.number(),
    });
  }
  for (let size = reader.whole(); size > 0; size--) {
    const kind = PLACE_KIND_SYMBOLS[reader.byte()] ?? 'UNKNOWN';
    const adcode = reader.text() || null;
    const station_code = reader.text() || null;
    const at = reader.number() || null;
    const place = { kind, adcode, station_code, at, certainty: reader.number() };
    ledger.places.push({ place, at: reader.number() });
  }
  ledger.screenShareAt = reader.number();
  ledger.atCounterAt = reader.number();
  ledger.balance = reader.number();
  ledger.balanceCurrency = reader.text();
  ledger.balanceAt = reader.number();
  return ledger;
}
