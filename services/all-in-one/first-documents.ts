import { complete, refOf, type RecordType, type RecordTypes } from '@yujing/schemas';
import { defaultPolicy, demoPrecincts, demoRoster, documentRecord, scalePolicy } from '@yujing/case';
import { packFiles } from '@yujing/rules';
import { compile, ruleSetRecords, scaleDurations } from '@yujing/rules/language';
import { createLocalCodec, type Codec } from '@yujing/runtime';

/** A record to be put into an empty `change`, already encoded. */
export interface FirstDocument {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** The shipped packs do not compile: a defect of the release, never of the user. */
export class PacksError extends Error {
  override readonly name = 'PacksError';
}

const LOADER = 'yujing';

/**
 * What enters an empty `change`: the shipped rule packs as one rule set, the default policy, the invented city's roster and
 * precincts; each with the head that makes it current. `scale` shortens every clock of the policy and
 * every duration of the rules (a story told 1:30).
 */
export function firstDocuments(now: number, scale = 1, codec: Codec = createLocalCodec()): FirstDocument[] {
  const records: FirstDocument[] = [];
  const add = <T extends RecordType>(type: T, key: string, value: RecordTypes[T]): void => {
    records.push({ key, bytes: codec.encode(type, value) });
  };
  const head = (kind: RecordTypes['Head']['kind'], ref: string): void =>
    add('Head', kind, complete('Head', { kind, ref, by: LOADER, reason: 'first start', at: now }));

  const compiled = compile(scale === 1 ? packFiles() : scaleDurations(packFiles(), 1 / scale));
  const errors = compiled.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new PacksError(
      errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n'),
    );
  }
  const { rules, ruleSet } = ruleSetRecords(compiled, 'packs', 1, LOADER, now);
  for (const rule of rules) add('Rule', refOf(rule), rule);
  add('RuleSet', refOf(ruleSet), ruleSet);
  head('ruleset', refOf(ruleSet));

  const policy = scale === 1 ? defaultPolicy() : scalePolicy(defaultPolicy(), 1 / scale);
  for (const [type, kind, document] of [
    ['Policy', 'policy', policy],
    ['Roster', 'roster', demoRoster()],
    ['Precinct', 'precinct', demoPrecincts()],
  ] as const) {
    const record = documentRecord({ id: kind, version: 1, by: LOADER, at: now, document });
    add(type, refOf(record), record);
    head(kind, refOf(record));
  }
  return records;
}
