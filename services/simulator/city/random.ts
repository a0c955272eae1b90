/** Random numbers from a seed: the same everywhere and for ever (xmur3 to spread the seed, sfc32 to draw). */
export interface Random {
  /** 0 <= x < 1 */
  next(): number;
  /** whole number, from <= x <= to */
  between(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  /** true in this share of cases */
  chance(share: number): boolean;
}

function spread(text: string): () => number {
  let state = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 3432918353);
    state = (state << 13) | (state >>> 19);
  }
  return () => {
    state = Math.imul(state ^ (state >>> 16), 2246822507);
    state = Math.imul(state ^ (state >>> 13), 3266489909);
    return (state ^= state >>> 16) >>> 0;
  };
}

/** A stream of its own for every purpose: `seed` and what it is for. */
export function randomOf(...seed: ReadonlyArray<string | number>): Random {
  const draw = spread(seed.join('/'));
  let a = draw() | 0;
  let b = draw() | 0;
  let c = draw() | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    pick: <T>(list: readonly T[]): T => list[between(0, list.length - 1)] as T,
    chance: (share) => next() < share,
  };
}
