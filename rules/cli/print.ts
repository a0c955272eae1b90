import type { Problem } from '../language/index.ts';
import type { CommandIo } from './io.ts';

const CODES = { red: 31, yellow: 33, green: 32, bold: 1, dim: 2 } as const;

export function paint(io: CommandIo, style: keyof typeof CODES, text: string): string {
  return io.color ? `\u001B[${CODES[style]}m${text}\u001B[0m` : text;
}

/** A problem with its line and a mark under the place. */
export function problemText(io: CommandIo, problem: Problem, source: string | undefined): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  const severity = paint(io, problem.severity === 'error' ? 'red' : 'yellow', problem.severity);
  const lines = [`${paint(io, 'bold', where)} ${severity} ${problem.code}: ${problem.message}`];
  const line = source?.split('\n')[problem.line - 1]?.replace(/\r$/, '');
  if (line !== undefined && line.trim() !== '') {
    const { text, column } = excerpt(line, problem.column);
    const number = String(problem.line).padStart(5);
    lines.push(
      `${paint(io, 'dim', `${number} |`)} ${text}`,
      `${paint(io, 'dim', '      |')} ${blank(text.slice(0, column - 1))}^`,
    );
  }
  if (problem.hint !== undefined) lines.push(`        ${problem.hint}`);
  return `${lines.join('\n')}\n`;
}

const MOST = 110;

/** The part of a long line around the place. */
function excerpt(line: string, column: number): { text: string; column: number } {
  if (line.length <= MOST) return { text: line, column };
  const start = Math.max(0, Math.min(column - MOST / 2, line.length - MOST));
  const cut = line.slice(start, start + MOST);
  return { text: `${start > 0 ? '…' : ''}${cut}`, column: column - start + (start > 0 ? 1 : 0) };
}

/** As wide as the text, but empty: 汉字 and full-width marks take two columns. */
function blank(text: string): string {
  return Array.from(text, (character) => (character === '\t' ? '\t' : isWide(character) ? '  ' : ' ')).join('');
}

function isWide(character: string): boolean {
  return /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u.test(
    character,
  );
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
