import type { Cell, FeatureStore, KeyedCell, KeyedState } from '../feature/store.ts';
import type { FeatureState } from '../feature/window.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { KnownIds } from './known-ids.ts';

const ENTITY = 0;
const KEYED = 1;
const SAME_OWN = 0;
const OTHER_OWN = 1;

export function writeFeatures(writer: ByteWriter, { ids, cells }: FeatureStore): void {
  let used = 0;
  for (let i = 0; i < ids.length; i++) if (cells[i] !== undefined) used++;
  writer.whole(used);
  for (let i = 0; i < ids.length; i++) {
    const cell = cells[i];
    if (cell === undefined) continue;
    writer.text(ids[i] as string);
    if (Array.isArray(cell)) {
      writer.byte(ENTITY);
      writeState(writer, cell);
    } else writeKeyed(writer, cell);
  }
}

/** Pairs stand together by the person's own number, so it is written where it changes only. */
function writeKeyed(writer: ByteWriter, { keyed }: KeyedCell): void {
  writer.byte(KEYED);
  writer.whole(keyed.length);
  let own = '';
  for (let i = 0; i < keyed.length; i++) {
    const entry = keyed[i] as KeyedState;
    if (entry.own === own) writer.byte(SAME_OWN);
    else {
      own = entry.own;
      writer.byte(OTHER_OWN);
      writer.text(own);
    }
    writer.text(entry.other);
    writeState(writer, entry.state);
  }
}

function writeState(writer: ByteWriter, state: FeatureState): void {
  writer.whole(state.length);
  for (let i = 0; i < state.length; i++) writer.numberOrText(state[i] as number | string);
}

export function readFeatures(reader: ByteReader): FeatureStore {
  const ids: string[] = [];
  const cells: Cell[] = [];
  for (let used = reader.whole(); used > 0; used--) {
    ids.push(reader.text());
    cells.push(reader.byte() === ENTITY ? readState(reader) : readKeyed(reader));
  }
  return { ids, cells };
}

function readKeyed(reader: ByteReader): KeyedCell {
  const keyed: KeyedState[] = [];
  let own = '';
  for (let size = reader.whole(); size > 0; size--) {
    if (reader.byte() === OTHER_OWN) own = reader.text();
    const other = reader.text();
    keyed.push({ own, other, state: readState(reader) });
  }
  return { keyed };
}

function readState(reader: ByteReader): FeatureState {
  const state: FeatureState = [];
  for (let length = reader.whole(); length > 0; length--) state.push(reader.numberOrText());
  return state;
}

export function writeKnownIds(writer: ByteWriter, { generation, current, previous }: KnownIds): void {
  writer.whole(generation);
  for (const ids of [current, previous]) {
    writer.whole(ids.length);
    for (let i = 0; i < ids.length; i++) writer.whole(ids[i] as number);
  }
}

export function readKnownIds(reader: ByteReader): KnownIds {
  const generation = reader.whole();
  const lists = [0, 1].map(() => {
    const ids: number[] = [];
    for (let length = reader.whole(); length > 0; length--) ids.push(reader.whole());
    return ids;
  });
  return { generation, current: lists[0] ?? [], previous: lists[1] ?? [] };
}
