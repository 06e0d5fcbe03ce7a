/** Random choices that a seed repeats: https://en.wikipedia.org/wiki/Xorshift, which is enough for choices in tests. */
export interface SeededRandom {
  /** A whole number from `lowest` to `highest`, both included. */
  between(lowest: number, highest: number): number;
  oneOf<T>(choices: readonly [T, ...T[]]): T;
}

export function createSeededRandom(seed: number): SeededRandom {
  // Never 0, where the generator would stay; and well mixed, so that neighbouring seeds have nothing in common.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  for (let round = 0; round < 8; round++) next();
  return { between, oneOf: (choices) => choices[between(0, choices.length - 1)] ?? choices[0] };

  function next(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  }

  function between(lowest: number, highest: number): number {
    return lowest + (next() % (highest - lowest + 1));
  }
}
