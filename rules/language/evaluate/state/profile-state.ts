import type { Finding } from '@yujing/schemas';
import type { FeatureStore } from '../feature/store.ts';
import { emptyStore } from '../feature/store.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { KnownIds } from './known-ids.ts';
import { emptyKnownIds } from './known-ids.ts';
import { readFeatures, readKnownIds, writeFeatures, writeKnownIds } from './write-features.ts';

/** What is remembered of a counterparty. */
export interface ProfileState {
  /** event time of its first event, 0 = none yet */
  firstSeenAt: number;
  known: KnownIds;
  store: FeatureStore;
  /** what counterparty rules found, one a rule */
  findings: Finding[];
}

export function emptyProfileState(): ProfileState {
  return { firstSeenAt: 0, known: emptyKnownIds(), store: emptyStore(), findings: [] };
}

export function writeProfile(writer: ByteWriter, state: ProfileState): void {
  writer.number(state.firstSeenAt);
  writeKnownIds(writer, state.known);
  writeFeatures(writer, state.store);
  writer.whole(state.findings.length);
  for (const finding of state.findings) {
    writer.text(finding.rule);
    writer.whole(finding.version);
    writer.text(finding.rule_hash);
    writer.text(finding.because_zh);
    writer.text(finding.because_en);
    writer.number(finding.until);
  }
}

export function readProfile(reader: ByteReader): ProfileState {
  const firstSeenAt = reader.number();
  const known = readKnownIds(reader);
  const store = readFeatures(reader);
  const findings: Finding[] = [];
  for (let size = reader.whole(); size > 0; size--) {
    findings.push({
      rule: reader.text(),
      version: reader.whole(),
      rule_hash: reader.text(),
      because_zh: reader.text(),
      because_en: reader.text(),
      until: reader.number(),
    });
  }
  return { firstSeenAt, known, store, findings };
}
