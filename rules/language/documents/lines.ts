import type { Position } from '../problems/problems.ts';

/** Offsets of a file as lines and columns. */
export class Lines {
  readonly #starts: number[] = [0];
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1))
      this.#starts.push(index + 1);
  }

  at(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

const BLANK = /\s/;
/** longest escape, and a little more */
const RESYNC = 12;

function isBlank(file: string, from: number, to: number): boolean {
  return file.slice(from, to).trim() === '';
}

/**
 * For each character of a scalar's value, its offset in the file. YAML unfolds lines, strips indents and resolves escapes,
 * so both texts are walked side by side: white space stands for white space, other characters are looked for.
 */
export function align(value: string, file: string, start: number, end: number): Int32Array {
  const offsets = new Int32Array(value.length + 1);
  let at = start;
  for (let index = 0; index < value.length; index += 1) {
    const wanted = value[index] ?? '';
    if (BLANK.test(wanted)) {
      offsets[index] = at;
      if (at < end && file[at] === wanted) at += 1;
      else while (at < end && BLANK.test(file[at] ?? '')) at += 1;
      continue;
    }
    // an indent, a fold or an escape before it; what an escape stands for is not found and keeps our place
    const found = file.indexOf(wanted, at);
    if (found !== -1 && found < end && (found - at <= RESYNC || isBlank(file, at, found))) at = found;
    offsets[index] = Math.min(at, end);
    if (file[at] === wanted) at += 1;
  }
  offsets[value.length] = Math.min(at, end);
  return offsets;
}
