/** One line of the closed list of mistakes: documented in docs/reference/rule-errors.md, which a test compares with this file. */
export interface CodeEntry {
  readonly severity: 'error' | 'warning';
  readonly group: CodeGroup;
  readonly means: string;
  /** what to write instead */
  readonly instead: string;
}

export type CodeGroup = 'File' | 'Document' | 'Expression' | 'Feature' | 'Rule' | 'Sentence' | 'Test';

function error(group: CodeGroup, means: string, instead: string): CodeEntry {
  return { severity: 'error', group, means, instead };
}

function warning(group: CodeGroup, means: string, instead: string): CodeEntry {
  return { severity: 'warning', group, means, instead };
}

const FILE = {
  file_too_large: error(
    'File',
    'the file is larger than 256 kB',
    'Split it: one rule is one document of a few kB. Numbers and accounts never stand in YAML, they enter by `lists import`.',
  ),
  yaml_syntax: error(
    'File',
    'this is no YAML',
    'Mend it where the mark stands; the rest of the document is read after that.',
  ),
  too_deep: error(
    'File',
    'the document is nested deeper than 24 levels',
    'Write it flat; no key of the language needs more than ten.',
  ),
  alias_not_allowed: error(
    'File',
    'an anchor, alias or merge key is used',
    'Write the value out: a reader, and the hash of the rule, must see it where it counts. Constants have `params`, conditions shared by rules are features.',
  ),
  tag_not_allowed: error('File', 'a YAML tag is used', 'Leave the tag out.'),
  duplicate_key: error('File', 'a key stands twice in one map', 'Keep one of them.'),
} as const satisfies Record<string, CodeEntry>;

const DOCUMENT = {
  unknown_kind: error(
    'Document',
    'the document is of no known kind',
    'Begin with `kind: Rule`, `FeatureSet`, `List`, `Filter`, `Policy` or `Model`.',
  ),
  unknown_key: error('Document', 'the key is not known here', 'Take the key proposed, or leave it out.'),
  missing_key: error('Document', 'a key that must be there is missing', 'Add it.'),
  missing_when_live: error(
    'Document',
    'a live rule needs owner, legal_basis and expires',
    'Add it under `meta`, or leave the rule in `draft` or `shadow`.',
  ),
  missing_zh: error('Document', 'the Chinese text is missing', 'Add `zh`: officers read it.'),
  missing_en: warning('Document', 'the English text is missing; screens fall back to Chinese', 'Add `en`.'),
  wrong_type: error('Document', 'the value has the wrong type', 'Write the type named in the message.'),
  unquoted_number: error(
    'Document',
    'a number, account or code stands without quotes',
    'Put it in quotes: unquoted, leading zeros and long digits are silently lost.',
  ),
  bad_id: error(
    'Document',
    'the name has not the form of a name',
    'Small letters, digits and underscores, parts joined by dots: `fake_police.call_then_new_payee`.',
  ),
  bad_duration: error(
    'Document',
    'this is no duration',
    'A number and a unit: `300s`, `10m`, `24h`, `90d`; parts may be joined: `5m10s`.',
  ),
  bad_date: error('Document', 'this is no date', 'Write year, month, day: `2027-06-30`.'),
  out_of_range: error('Document', 'the value is outside its range', 'Stay within the range named in the message.'),
  too_many_items: error('Document', 'the list or map holds more than is allowed', 'Split it.'),
  conflicting_keys: error('Document', 'two keys exclude each other', 'Keep one of them.'),
  duplicate_document: error(
    'Document',
    'two documents of one kind have the same id',
    'Give each its own id; a new version replaces the old one.',
  ),
  list_entries_in_yaml: error(
    'Document',
    'a list holds entries',
    'Leave them out: numbers and accounts enter by `lists import`, which turns them into tokens.',
  ),
  hash_mismatch: warning(
    'Document',
    'the stored document compiles to another hash than the one it was stored under',
    'Nothing, if a release changed the compiler: the stored name stays. Otherwise the stored text was changed: store it as a new version.',
  ),
} as const satisfies Record<string, CodeEntry>;

const EXPRESSION = {
  expression_too_long: error(
    'Expression',
    'the expression is longer than 4,096 characters',
    'Make features of its parts, or split the rule.',
  ),
  expression_too_deep: error(
    'Expression',
    'the expression is nested deeper than 64 brackets',
    'Write it flat with `&&`, `||` and `in [...]`.',
  ),
  expression_syntax: error(
    'Expression',
    'the expression cannot be read from here on',
    'Look just before the mark: a missing bracket, operator or quote.',
  ),
  not_in_language: error(
    'Expression',
    'CEL has this, our subset has not',
    'Use what the message names. Out are: matches, map, filter, nested exists and all, bytes, maps, null, dyn, indexes.',
  ),
  unknown_name: error(
    'Expression',
    'the name is not known here',
    'Values are `event.x`, `stage.id.x`, `params.x`, `subject`, features and `lists.x`.',
  ),
  unknown_field: error(
    'Expression',
    'the event has no such field',
    'Take the field proposed; the fields are those of schemas/avro.',
  ),
  unknown_function: error(
    'Expression',
    'there is no such function or feature',
    'Take the one proposed; features are declared in a FeatureSet.',
  ),
  unknown_param: error('Expression', 'the rule has no such param', 'Declare it under `params`.'),
  unknown_list: error('Expression', 'no document declares this list', 'Declare it: `kind: List`, `id`, `entity`.'),
  unknown_stage: error('Expression', 'the sequence has no such stage', 'Take the id of one of its stages.'),
  stage_not_reached: error(
    'Expression',
    'the stage comes later and has not happened here',
    'Read only this stage (`event.x`) and the ones before it.',
  ),
  unknown_rule: error(
    'Expression',
    'no rule has this id',
    'Take the id proposed; findings come from rules with `about: counterparty`.',
  ),
  unknown_model: error(
    'Expression',
    'no card of this model is at hand',
    'Import its card (`kind: Model`); until then leave `model()` out. No score is invented.',
  ),
  unknown_symbol: error('Expression', 'the word is not in the enumeration', 'Take the one proposed.'),
  wrong_arguments: error('Expression', 'the function takes other arguments', 'Write it as shown in the message.'),
  type_mismatch: error(
    'Expression',
    'the two sides cannot be compared or combined',
    'Compare like with like; the message names both types.',
  ),
  entity_mismatch: error(
    'Expression',
    'a question about one kind of thing is asked about another',
    'Give it the field that names the right thing: an account feature takes an account.',
  ),
  wrong_party: error(
    'Expression',
    'the feature is kept for the other party of the event',
    'Ask it about the field named in the message.',
  ),
  token_literal: error(
    'Expression',
    'a number or account is compared with text',
    'Logs hold tokens, never digits. Use a list (`lists.x.has(v)`), or the class, country or area of the number.',
  ),
  number_too_large: error(
    'Expression',
    'the whole number is beyond 2^53 and would lose digits',
    'Ids are text; money is in minor units.',
  ),
  bad_value: error('Expression', 'the value has not the form it needs', 'Write it as shown in the message.'),
  not_a_condition: error('Expression', 'a condition must be true or false', 'Compare the value with something.'),
  has_always_true: warning('Expression', 'the field is always there', 'Leave `has()` out.'),
  cost_over_budget: error(
    'Expression',
    'the expression costs more than 400 steps an event',
    'Ask cheap fields first and move counting into features; `exists` over long lists costs most.',
  ),
} as const satisfies Record<string, CodeEntry>;

const FEATURE = {
  bad_aggregate: error(
    'Feature',
    'the aggregate cannot be read',
    'One of count(), sum(f), distinct(f), max(f), min(f), avg(f), stddev(f), quantile(f, 0.95), baseline(f), rate(), ratio(condition), age(), since(), last_distinct(f).',
  ),
  bad_feature_key: error(
    'Feature',
    'no profile is kept under this key',
    'A feature is kept for the counterparty (`peer_tel`, `payee_acct`, `domain`), for the subject (`subject`, `payer_acct`), or for a pair [field, subject side].',
  ),
  aggregate_not_available: error(
    'Feature',
    'the engine cannot count this here',
    'Take the place or aggregate that the message leaves: better no rule than a wrong value.',
  ),
  duplicate_feature: error('Feature', 'two features of one name differ', 'Give one of them another name.'),
  window_too_long: error(
    'Feature',
    'the time is longer than events are kept',
    'At most 90 days; exact windows at most 24 hours.',
  ),
} as const satisfies Record<string, CodeEntry>;

const RULE = {
  missing_within: error(
    'Rule',
    'a sequence has no `within`',
    'Say how long it may take from the first stage: `within: 24h`. Without it a match would wait for ever.',
  ),
  contradiction: error('Rule', 'the condition can never be true', 'Two of its parts exclude each other; mend one.'),
  dead_alternative: warning('Rule', 'one of the alternatives of `||` can never be true', 'Mend it or leave it out.'),
  no_guard: warning(
    'Rule',
    'nothing selective: every event of the type would be looked at',
    'Add a comparison of a field with a constant to each alternative, such as `event.phase == "answered"`.',
  ),
  too_many_branches: warning(
    'Rule',
    'the condition falls into more than 8 alternatives that share no guard',
    'Put a comparison that all share in front, such as `event.phase == "answered" && (...)`, or use `in [...]`.',
  ),
  no_positive_test: error('Rule', 'no test makes the rule warn', 'Add one before the rule leaves `draft`.'),
  no_negative_test: error(
    'Rule',
    'no test shows a look-alike that stays quiet',
    'Add one with `expect: []` before the rule leaves `draft`.',
  ),
  silent_rule: error('Rule', 'no stage can ever warn', 'Give a stage a `level`, or the rule `bands`.'),
  timer_too_long: error('Rule', '`after` is longer than `within`', 'The timer must run out within the sequence.'),
  unused_param: warning('Rule', 'the param is read nowhere', 'Leave it out.'),
  same_condition: warning(
    'Rule',
    'another rule has the same stages and conditions',
    'Keep one of them, or say what sets them apart.',
  ),
  version_not_raised: error(
    'Rule',
    'the compiled rule changed, its version did not',
    'Raise `version`, then write the record again with `rules lint --record`.',
  ),
  expired: error('Rule', 'a live rule is past its `expires`', 'Review it: set a new date, or retire it.'),
  expires_soon: warning('Rule', 'a live rule expires within 30 days', 'Review it in time.'),
} as const satisfies Record<string, CodeEntry>;

const SENTENCE = {
  template_syntax: error(
    'Sentence',
    'a value in braces cannot be read',
    '`{stage.pay.amount_minor|money}`: an expression, then `|` and a format. A brace itself is written twice.',
  ),
  unknown_format: error('Sentence', 'there is no such format', 'plain, money, minutes, time, count or place.'),
  format_mismatch: error(
    'Sentence',
    'the format does not fit the value',
    'money takes minor units, minutes a duration, time a time, count a whole number.',
  ),
  long_sentence: warning(
    'Sentence',
    'the sentence is longer than 18 汉字 or 8 English words',
    'Officers read it on a motorbike: say the thing, then the number.',
  ),
} as const satisfies Record<string, CodeEntry>;

const TEST = {
  test_order: error(
    'Test',
    'events of a test are not in the order of time',
    'Sort them; a late event is told by `late: 90s`.',
  ),
  test_event: error(
    'Test',
    'an event of a test is not one',
    'One event type with its fields: `{ at: 5m, call: { phase: answered, ... } }`.',
  ),
  number_in_test: error(
    'Test',
    'a test holds a number, account or identity that may be of a real person',
    'Stories are of invented people: a short name such as `S1`, or a number that cannot be dialled.',
  ),
} as const satisfies Record<string, CodeEntry>;

export const RULE_CODES = { ...FILE, ...DOCUMENT, ...EXPRESSION, ...FEATURE, ...RULE, ...SENTENCE, ...TEST };

export type RuleCode = keyof typeof RULE_CODES;

/** docs/reference/rule-errors.md */
export function ruleErrorsDocument(): string {
  const groups: CodeGroup[] = ['File', 'Document', 'Expression', 'Feature', 'Rule', 'Sentence', 'Test'];
  const sections = groups.map((group) => {
    const rows = Object.entries(RULE_CODES)
      .filter(([, entry]) => entry.group === group)
      .map(
        ([code, entry]) =>
          `| \`${code}\` | ${entry.severity} | ${escapeCell(entry.means)} | ${escapeCell(entry.instead)} |`,
      );
    return `## ${group}\n\n| code | is | means | write instead |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  const head =
    '# Mistakes in rule files\n\nWritten from rules/language/problems/codes.ts by `npm run document -w rules`. Do not edit.\n' +
    'Codes are stable. An error keeps a document out; a warning does not. `rules/language/documents/samples` holds a file per code.\n\n';
  return head + sections.join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
