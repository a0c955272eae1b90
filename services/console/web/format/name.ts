/** A piece of a masked text: letters that stand, or a redaction of that many characters. */
export type NamePart = { readonly text: string } | { readonly hidden: number };

/** Marks a masking server may put for a hidden character; each is drawn as a block, never as an asterisk. */
const HIDDEN = /[█■▇*＊]+/gu;

export function nameParts(masked: string): NamePart[] {
  const parts: NamePart[] = [];
  let from = 0;
  for (const found of masked.matchAll(HIDDEN)) {
    if (found.index > from) parts.push({ text: masked.slice(from, found.index) });
    parts.push({ hidden: [...found[0]].length });
    from = found.index + found[0].length;
  }
  if (from < masked.length) parts.push({ text: masked.slice(from) });
  return parts;
}
