import type { Template, TemplatePart, Text, ValueType } from '../plan/plan.ts';
import type { Problems } from '../problems/problems.ts';
import { didYouMean } from '../problems/suggest.ts';
import type { Source } from '../documents/value.ts';
import type { BilingualText } from '../documents/words.ts';
import { cutTemplate, type RawPart } from '../parse/template.ts';
import { checkValue, type Place } from './expression.ts';
import { typeInWords } from './events.ts';

type Format = Extract<TemplatePart, { value: unknown }>['format'];

const MAX_HAN = 18;
const MAX_WORDS = 8;

/** Which values a format can show. */
const FORMATS: Readonly<Record<Format, (type: ValueType) => boolean>> = {
  plain: (type) =>
    type.kind !== 'list' && type.kind !== 'timestamp' && (type.kind !== 'id' || type.entity === 'domain'),
  money: (type) => type.kind === 'int' || type.kind === 'double',
  minutes: (type) => type.kind === 'duration',
  time: (type) => type.kind === 'timestamp',
  count: (type) => type.kind === 'int' || type.kind === 'double',
  place: (type) => type.kind === 'string' || (type.kind === 'id' && type.entity === 'place'),
};

/** Sentences without values: titles and reasons of points. English falls back to Chinese. */
export function plainText(text: BilingualText | undefined): Text {
  return { zh: text?.zh?.text ?? '', en: text?.en?.text ?? text?.zh?.text ?? '' };
}

export function checkTemplate(text: BilingualText, place: Place): Template {
  const zh = text.zh === undefined ? [] : partsOf(text.zh, place);
  const en = text.en === undefined ? zh : partsOf(text.en, place);
  if (text.zh !== undefined) warnOfLength(text.zh, zh, place.problems, 'zh');
  if (text.en !== undefined) warnOfLength(text.en, en, place.problems, 'en');
  return { zh, en };
}

function partsOf(source: Source, place: Place): TemplatePart[] {
  const { parts, problems } = cutTemplate(source);
  for (const problem of problems)
    place.problems.add(
      'template_syntax',
      source.positionOf(problem.at),
      problem.message,
      'a brace itself is written twice',
    );
  return parts
    .map((part) => ('text' in part ? part : valueOf(source, part, place)))
    .filter((part) => part !== undefined);
}

function valueOf(
  source: Source,
  part: Extract<RawPart, { expression: Source }>,
  place: Place,
): TemplatePart | undefined {
  const { problems } = place;
  if (part.expression.text.trim() === '') {
    problems.add(
      'template_syntax',
      part.expression.position,
      'there is nothing between these braces',
      '{stage.pay.amount_minor|money}',
    );
    return undefined;
  }
  const value = checkValue(part.expression, place);
  const wanted = part.format ?? 'plain';
  const format = (Object.keys(FORMATS) as Format[]).find((candidate) => candidate === wanted);
  if (format === undefined) {
    problems.add(
      'unknown_format',
      source.positionOf(part.formatAt),
      `there is no format \`${wanted}\``,
      didYouMean(wanted, Object.keys(FORMATS)),
    );
    return undefined;
  }
  if (value === undefined) return undefined;
  if (!FORMATS[format](value.type)) {
    const fitting = (Object.keys(FORMATS) as Format[]).filter((candidate) => FORMATS[candidate](value.type));
    const hint = fitting.length === 0 ? 'tokens and lists are never shown' : `use ${fitting.join(' or ')}`;
    problems.add('format_mismatch', part.expression.position, `${format} cannot show ${typeInWords(value.type)}`, hint);
    return undefined;
  }
  return { value: value.node, format };
}

/** Counts what is written; a value counts as the digits it usually has. */
function warnOfLength(source: Source, parts: readonly TemplatePart[], problems: Problems, language: 'zh' | 'en'): void {
  const written = parts.map((part) => ('text' in part ? part.text : ' 1 ')).join('');
  const count =
    language === 'zh'
      ? (written.match(/\p{Script=Han}/gu)?.length ?? 0)
      : (written.match(/[\p{L}\p{N}'’-]+/gu)?.length ?? 0);
  const most = language === 'zh' ? MAX_HAN : MAX_WORDS;
  if (count <= most) return;
  problems.add(
    'long_sentence',
    source.position,
    `the sentence has ${count} ${language === 'zh' ? '汉字' : 'words'}, at most ${most}`,
  );
}
