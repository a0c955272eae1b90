/** An expression as written, before anything is known of its names. `at` = offset in its text. */
export type Syntax = { readonly at: number } & (
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'select'; readonly operand: Syntax; readonly field: string }
  | { readonly kind: 'has'; readonly operand: Syntax; readonly field: string }
  | {
      readonly kind: 'call';
      readonly function: string;
      readonly target: Syntax | undefined;
      readonly arguments: readonly Syntax[];
    }
  | { readonly kind: 'list'; readonly items: readonly Syntax[] }
  | { readonly kind: 'not'; readonly argument: Syntax }
  | { readonly kind: 'negate'; readonly argument: Syntax }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: 'conditional'; readonly test: Syntax; readonly then: Syntax; readonly otherwise: Syntax }
  | {
      readonly kind: 'quantifier';
      readonly function: 'exists' | 'all';
      readonly list: Syntax;
      readonly variable: string;
      readonly body: Syntax;
    }
  /** parsed, but no part of the language */
  | { readonly kind: 'outside'; readonly what: string; readonly hint: string }
);

export const BINARY = ['&&', '||', '==', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '*', '/', '%'] as const;
export type BinaryOperator = (typeof BINARY)[number];

export interface SyntaxProblem {
  readonly code: 'expression_too_long' | 'expression_too_deep' | 'expression_syntax';
  readonly at: number;
  readonly message: string;
  readonly hint: string | undefined;
}
