import { readTime } from '../event/time.ts';
import type { TimePlan } from './mapping.ts';
import { readPattern } from './pattern.ts';
import type { Problems } from './problems.ts';
import { readColumn } from './row.ts';
import { readText, Section } from './section.ts';
import { doorTime, patternTime, TIME_UNITS, unitTime, type TimeReader, type TimeUnit } from './time.ts';
import type { Tree } from './yaml-tree.ts';
import { readZone, ZONE_HINT } from './zone.ts';

const TIME_KEYS = ['column', 'pattern', 'zone', 'unit', 'origin'];
const UNITS = Object.keys(TIME_UNITS) as TimeUnit[];
const LONGEST_DELAY_S = 86_400;

function patternReader(section: Section, pattern: string, problems: Problems): TimeReader {
  const form = readPattern(pattern);
  if (typeof form === 'string') {
    problems.add(section.get('pattern')?.at ?? section.at, `\`pattern\`: ${form}`);
    return doorTime;
  }
  const name = section.text('zone');
  const zone = name === undefined ? undefined : readZone(name);
  const at = section.get('zone')?.at ?? section.at;
  if (name !== undefined && zone === undefined) problems.add(at, `\`zone\` is no zone; allowed is ${ZONE_HINT}`);
  if (form.hasOffset && section.has('zone')) problems.add(at, 'the pattern reads the offset, so leave `zone` out');
  if (!form.hasOffset && !section.has('zone'))
    problems.add(at, `\`zone\` is missing: a local time is another instant in every zone; write ${ZONE_HINT}`);
  return patternTime(form, zone);
}

function originOf(section: Section, problems: Problems): number {
  const text = section.text('origin');
  if (text === undefined) return 0;
  const origin = text === '1970-01-01T00:00:00Z' ? 0 : readTime(text);
  if (origin === undefined) {
    const at = section.get('origin')?.at ?? section.at;
    problems.add(at, '`origin` is no instant; write RFC 3339 with an offset, such as 2018-04-01T00:00:00+08:00');
  }
  return origin ?? 0;
}

/** `{column, pattern, zone | unit, origin}`; with a column alone, what the door takes. */
export function parseTime(tree: Tree, name: string, problems: Problems): TimePlan | undefined {
  if (tree.kind !== 'map') {
    problems.add(tree.at, `\`${name}\` is a map of ${TIME_KEYS.join(', ')}`);
    return undefined;
  }
  const section = new Section(tree, `\`${name}\``, TIME_KEYS, problems);
  const column = section.neededText('column');
  const pattern = section.text('pattern');
  const unit = section.has('unit') ? section.choice('unit', UNITS) : undefined;
  const origin = originOf(section, problems);
  let read = doorTime;
  if (pattern !== undefined) read = patternReader(section, pattern, problems);
  else if (unit !== undefined) read = unitTime(unit, origin);
  for (const [key, needs] of [
    ['zone', 'pattern'],
    ['origin', 'unit'],
  ] as const) {
    if (section.has(key) && !section.has(needs))
      problems.add(section.get(key)?.at ?? section.at, `\`${key}\` goes with \`${needs}\``);
  }
  if (section.has('pattern') && section.has('unit'))
    problems.add(section.get('unit')?.at ?? section.at, 'write `pattern` or `unit`, not both');
  return column === undefined ? undefined : { column: readColumn(column), read };
}

/** A column, read as `time` is; a time of its own; or `{after_s}`: so many seconds after the event. */
export function parseAcceptedAt(
  tree: Tree,
  time: TimePlan | undefined,
  problems: Problems,
): TimePlan | number | undefined {
  if (tree.kind === 'map' && tree.entries.some(({ key }) => key.written === 'after_s')) {
    const section = new Section(tree, '`accepted_at`', ['after_s'], problems);
    const after = section.get('after_s');
    const seconds = after?.kind === 'scalar' ? after.value : undefined;
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_DELAY_S)
      return seconds * 1000;
    problems.add(after?.at ?? tree.at, `\`after_s\` is a whole number of seconds from 0 to ${LONGEST_DELAY_S}`);
    return undefined;
  }
  if (tree.kind === 'map') return parseTime(tree, 'accepted_at', problems);
  const column = readText(tree, 'accepted_at', problems, { holds: /./, allowed: 'a column, or {after_s: 2}' });
  return column === undefined ? undefined : { column: readColumn(column), read: time?.read ?? doorTime };
}
