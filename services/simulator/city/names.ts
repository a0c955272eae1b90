import type { Random } from './random.ts';

/** Two small tables make all names. Whoever bears one of them by chance is not meant. */
const FAMILY = [...'周韩赵马孙吴陆程沈方许姚'];
const GIVEN = [...'禾澜岚屿汀芷棠砚杉黎蔚朔旻苒珏淳'];

export function inventedName(random: Random): string {
  return random.pick(FAMILY) + random.pick(GIVEN) + random.pick(GIVEN);
}
