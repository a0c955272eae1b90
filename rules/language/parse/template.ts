import type { Source } from '../documents/value.ts';

/** A sentence with values in braces, `金额 {stage.pay.amount_minor|money}`, cut into its parts. */
export type RawPart =
  | { readonly text: string }
  | { readonly expression: Source; readonly format: string | undefined; readonly formatAt: number };

export interface TemplateProblem {
  readonly at: number;
  readonly message: string;
}

export function cutTemplate(source: Source): {
  readonly parts: readonly RawPart[];
  readonly problems: readonly TemplateProblem[];
} {
  const parts: RawPart[] = [];
  const problems: TemplateProblem[] = [];
  const { text } = source;
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const pair = text.slice(at, at + 2);
    if (pair === '{{' || pair === '}}') {
      plain += pair[0] ?? '';
      at += 2;
    } else if (text[at] === '{') {
      const end = text.indexOf('}', at);
      if (end === -1) {
        problems.push({ at, message: 'this brace is never closed' });
        break;
      }
      if (plain !== '') parts.push({ text: plain });
      plain = '';
      parts.push(valuePart(source, at + 1, end));
      at = end + 1;
    } else {
      if (text[at] === '}') problems.push({ at, message: 'this brace closes nothing' });
      plain += text[at] ?? '';
      at += 1;
    }
  }
  if (plain !== '') parts.push({ text: plain });
  return { parts, problems };
}

function valuePart(source: Source, start: number, end: number): RawPart {
  const inner = source.text.slice(start, end);
  const format = /(?<!\|)\|\s*([A-Za-z_]*)\s*$/.exec(inner);
  const length = format?.index ?? inner.length;
  const expression: Source = {
    text: inner.slice(0, length),
    position: source.positionOf(start),
    positionOf: (offset) => source.positionOf(start + offset),
  };
  return { expression, format: format?.[1], formatAt: start + length + 1 };
}
