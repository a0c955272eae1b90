import type { MaskedPerson } from '../../api/views.ts';
import { say, t, word } from '../text/text.ts';

/** 女，老年，说方言，懂普通话: what helps to reach a person, never the number of an identity card. */
export function personLine(person: MaskedPerson | null): string {
  if (person === null) return '';
  const parts = [
    person.sex === null ? '' : word('sex', person.sex),
    person.age_band === null ? '' : word('age', person.age_band),
    say(person.language),
    say(person.hearing),
  ];
  return parts.filter((part) => part !== '').join(t('list.comma'));
}
