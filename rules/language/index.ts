export { compile, nodesOf, type Compiled, type CompiledDocument, type CompileOptions } from './compile.ts';
export type { SourceFile } from './documents/documents.ts';
export * from './plan/plan.ts';
export { canonicalJson, contentHash } from './plan/canonical.ts';
export { childrenOf, walk } from './plan/nodes.ts';
export { RULE_CODES, ruleErrorsDocument, type RuleCode } from './problems/codes.ts';
export * from './evaluate/index.ts';
