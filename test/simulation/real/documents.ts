import { compile, ruleSetRecords, type SourceFile } from '@yujing/rules/language';
import { packFiles } from '@yujing/rules';
import { caseStage, defaultPolicy, demoPrecincts, demoRoster, documentRecord, scalePolicy } from '@yujing/case';
import { detectStage } from '@yujing/detect';
import { profileStage } from '@yujing/profile';
import { createLocalCodec, type AdoptKind, type Documents } from '@yujing/runtime';
import { complete, refOf, type RecordType, type RecordTypes } from '@yujing/schemas';
import type { Head } from '../scenario.ts';
import { CALLERS } from './story.ts';

const AT = Date.UTC(2026, 10, 21);
const BY = 'author-1';
/** The codec that ships: making one takes as long as half a schedule. */
export const CODEC = createLocalCodec();

/** Documents as `change` keeps them, by type and hash, gone through the codec. */
class DocumentShelf implements Documents {
  readonly #records = new Map<string, Uint8Array>();

  put<T extends RecordType>(type: T, value: RecordTypes[T] & { readonly hash: string }): void {
    this.#records.set(`${type} ${value.hash}`, CODEC.encode(type, value));
  }

  async get<T extends RecordType>(type: T, hash: string): Promise<RecordTypes[T]> {
    const bytes = this.#records.get(`${type} ${hash}`);
    if (bytes === undefined) throw new RangeError(`no ${type} ${hash}`);
    return CODEC.decode(bytes).value as RecordTypes[T];
  }
}

function putRules(shelf: DocumentShelf, version: number, files: readonly SourceFile[]): Head {
  const compiled = compile(files);
  const { rules, ruleSet } = ruleSetRecords(compiled, 'packs', version, BY, AT);
  for (const rule of rules) shelf.put('Rule', rule);
  shelf.put('RuleSet', ruleSet);
  return { kind: 'ruleset', ref: refOf(ruleSet) };
}

/** The second version waits for three minutes of talk, not five, and so warns about other calls. */
function shorterTalk(files: readonly SourceFile[]): SourceFile[] {
  return files.map(({ path, text }) => {
    if (!path.endsWith('call_then_new_payee.yaml')) return { path, text };
    return { path, text: text.replace('talk: 300s', 'talk: 180s').replace('version: 1', 'version: 2') };
  });
}

function putDocument(
  shelf: DocumentShelf,
  type: 'Policy' | 'Roster' | 'Precinct',
  version: number,
  document: unknown,
): Head {
  const kind = type.toLowerCase() as 'policy' | 'roster' | 'precinct';
  const record = documentRecord({ id: kind, version, by: BY, at: AT, document });
  shelf.put(type, record);
  return { kind, ref: refOf(record) };
}

function putList(shelf: DocumentShelf, version: number, entries: readonly string[]): Head {
  const hash = String(version).padStart(16, '0');
  const value = {
    id: 'spoofed_police',
    version,
    hash,
    by: BY,
    at: AT,
    entity: 'tel',
    part: 1,
    parts: 1,
    entries,
  } as const;
  const record = complete('List', value);
  shelf.put('List', record);
  return { kind: 'list', ref: refOf(record) };
}

export interface RealDocuments {
  readonly firstHeads: readonly Head[];
  /** what authors may make current: the other version of something, or the first one again */
  readonly versions: readonly Head[];
  /** as a stage compiles it */
  readonly prepared: ReadonlyMap<string, unknown>;
}

export function preparedName(stage: string, kind: AdoptKind, ref: string): string {
  return `${stage} ${kind} ${ref}`;
}

async function makeDocuments(): Promise<RealDocuments> {
  const shelf = new DocumentShelf();
  const shipped = packFiles();
  const policy = putDocument(shelf, 'Policy', 1, defaultPolicy());
  const quicker = putDocument(shelf, 'Policy', 2, scalePolicy(defaultPolicy(), 0.5));
  const rules = putRules(shelf, 1, shipped);
  const otherRules = putRules(shelf, 2, shorterTalk(shipped));
  const list = putList(shelf, 1, CALLERS.slice(0, 1));
  const firstHeads = [
    rules,
    policy,
    putDocument(shelf, 'Roster', 1, demoRoster()),
    putDocument(shelf, 'Precinct', 1, demoPrecincts()),
  ];
  const versions = [rules, otherRules, policy, quicker, list];
  const prepared = new Map<string, unknown>();
  for (const stage of [profileStage, detectStage, caseStage]) {
    for (const { kind, ref } of new Set([...firstHeads, ...versions])) {
      if (!stage.adopts.includes(kind)) continue;
      prepared.set(preparedName(stage.name, kind, ref), await stage.prepare(kind, ref, shelf));
    }
  }
  return { firstHeads, versions, prepared };
}

/** Made once and never changed: compiling the packs takes longer than a schedule. */
export const DOCUMENTS = await makeDocuments();
