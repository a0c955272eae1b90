export { ListIndex, type ListDocument } from './lists.ts';
export { NO_LISTS, PlanError, type Lists, type Seen } from './frame.ts';
export { notAvailable } from './feature/table.ts';
export type { Adoptions } from './feature/features.ts';
export type { Hit, Withdrawal } from './sequence/hit.ts';
export type { Passed } from './sequence/sequences.ts';
export { CHINA, clockTime, money, type Language, type Locale } from './sequence/words.ts';
export {
  SubjectEngine,
  type EngineContext,
  type EngineNote,
  type EngineOptions,
  type EngineOutputs,
} from './subject-engine.ts';
export { COUNTERPARTY_KIND, ProfileEngine, type ProfileEvent, type ProfileOutputs } from './profile-engine.ts';
export { ByteReader, ByteWriter } from './state/bytes.ts';
export { remember, type Remembered } from './state/known-ids.ts';
export { emptyProfileState, readProfile, writeProfile, type ProfileState } from './state/profile-state.ts';
export { ALL_ORIGINS, emptySubjectState, type SubjectState } from './state/subject-state.ts';
export { readSubject, writeSubject } from './state/write-subject.ts';
export {
  runRuleTests,
  type RuleTestOptions,
  type RuleTestReport,
  type RuleTestResult,
  type SaidInTest,
} from './trial/rule-tests.ts';
export { loadRuleSet, ruleSetRecords, RuleSetError, type RuleDocuments, type RuleSetRecords } from './adopt.ts';
