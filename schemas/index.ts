export * from './generated/types.ts';
export * from './generated/schemas.ts';
export * from './topics/topics.ts';
export * from './complete.ts';
export { adviceOf, type Advice, type AdviceLine } from './advice/advice.ts';
export { checkMeaning } from './meaning/meaning.ts';
export type { CheckOptions } from './meaning/fields.ts';
export { AHEAD_OF_DOOR_MS, isKey, TOKEN } from './meaning/forms.ts';
export { MAX_PROBLEMS, PROBLEM_TEXTS, type Problem, type ProblemCode } from './meaning/problem.ts';
