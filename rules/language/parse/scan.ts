import type { SyntaxProblem } from './syntax.ts';

export const MAX_EXPRESSION_LENGTH = 4096;
export const MAX_BRACKETS = 64;

/** What a Chinese keyboard leaves behind. */
const WIDE = '“”‘’（），。；：！？＝＞＜＆｜＋－＊／％【】｛｝．';
const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * Looked at before the CEL parser sees the text: it overflows the stack at 50,000 brackets, and says of a missing bracket
 * or quote only where it gave up.
 */
export function scan(text: string): SyntaxProblem | undefined {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    return problem(
      'expression_too_long',
      MAX_EXPRESSION_LENGTH,
      `the expression has ${text.length} characters, at most ${MAX_EXPRESSION_LENGTH}`,
    );
  }
  const open: Array<{ readonly bracket: string; readonly at: number }> = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"' || character === "'") {
      const end = endOfString(text, at);
      if (end === undefined)
        return problem('expression_syntax', at, 'the text that begins here has no closing quote', `add ${character}`);
      at = end;
    } else if (WIDE.includes(character)) {
      return problem(
        'expression_syntax',
        at,
        `${character} is a full-width mark`,
        'write operators, brackets and quotes half-width',
      );
    } else if (character === '/' && text[at + 1] === '/') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else if ('([{'.includes(character)) {
      open.push({ bracket: character, at });
      if (open.length > MAX_BRACKETS)
        return problem('expression_too_deep', at, `more than ${MAX_BRACKETS} brackets are open here`);
    } else if (character in CLOSES) {
      const last = open.pop();
      if (last === undefined)
        return problem('expression_syntax', at, `this ${character} closes nothing`, 'take it out, or open it');
      if (last.bracket !== CLOSES[character])
        return problem('expression_syntax', at, `this ${character} does not close the ${last.bracket}`);
    }
  }
  const left = open.pop();
  if (left !== undefined) return problem('expression_syntax', left.at, `this ${left.bracket} is never closed`);
  if (text.trim() === '') return problem('expression_syntax', 0, 'the expression is empty');
  return undefined;
}

function problem(code: SyntaxProblem['code'], at: number, message: string, hint?: string): SyntaxProblem {
  return { code, at, message, hint };
}

/** Offset of the closing quote; CEL knows single and triple quotes, raw texts keep their backslashes. */
function endOfString(text: string, at: number): number | undefined {
  const quote = text[at] ?? '';
  const raw = /(?:^|[^A-Za-z0-9_])[bB]?[rR][bB]?$/.test(text.slice(Math.max(0, at - 3), at));
  const triple = text.startsWith(quote.repeat(3), at);
  const close = triple ? quote.repeat(3) : quote;
  for (let index = at + close.length; index < text.length; index += 1) {
    if (text[index] === '\\' && !raw) index += 1;
    else if (text.startsWith(close, index)) return index + close.length - 1;
    else if (text[index] === '\n' && !triple) return undefined;
  }
  return undefined;
}
