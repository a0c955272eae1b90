import { SCHEMAS } from '../generated/schemas.ts';
import type { RecordType, RecordTypes } from '../generated/types.ts';
import { checkAcross } from './across.ts';
import { recordCheck, type Check, type CheckOptions } from './fields.ts';
import { Problems, type Problem } from './problem.ts';

const compiled = new Map<RecordType, Check>();

function checkOf(type: RecordType): Check {
  let check = compiled.get(type);
  if (check === undefined) {
    check = recordCheck(SCHEMAS[type]);
    compiled.set(type, check);
  }
  return check;
}

/**
 * What is wrong with the meaning of a record, at the door or after decoding. Binary Avro carries no checksum: of mutated
 * messages four in ten decode as valid garbage, and only ranges, clocks and the forms of ids tell them from news.
 */
export function checkMeaning<T extends RecordType>(type: T, value: unknown, options: CheckOptions = {}): Problem[] {
  const check = checkOf(type);
  const quick = new Problems(true);
  check(value, '', quick, options);
  const problems = new Problems(false);
  if (quick.list.length > 0) check(value, '', problems, options);
  else checkAcross(type, value as RecordTypes[T], problems);
  return problems.list;
}
