import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { packFiles } from '../../cli/files.ts';
import { RULE_CODES, ruleErrorsDocument } from '../problems/codes.ts';
import { ruleSchema } from './json-schema.ts';
import { constructsDocument } from './keys-document.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('what is generated is fresh: run `npm run document -w rules`', () => {
  expect(read('../../rule.schema.json')).toBe(`${JSON.stringify(ruleSchema(), undefined, 2)}\n`);
  expect(read('../../../docs/reference/rule-errors.md')).toBe(ruleErrorsDocument());
  expect(read('../../../docs/reference/rule-keys.md')).toBe(constructsDocument());
});

test('codes are full words, each with a meaning and what to write instead', () => {
  for (const [code, { means, instead }] of Object.entries(RULE_CODES)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(means).not.toBe('');
    expect(instead).toMatch(/\.$/);
  }
});

test('the schema for editors accepts the packs and the good samples, and refuses a misspelt key', () => {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(ruleSchema());
  const samples = readdirSync(new URL('samples/', import.meta.url)).filter((name) => name.startsWith('good-'));
  const texts = [...packFiles().map((file) => file.text), ...samples.map((name) => read(`samples/${name}`))];
  for (const text of texts) {
    for (const document of parseAllDocuments(text)) {
      validate(document.toJS());
      expect(validate.errors ?? [], text.slice(0, 200)).toEqual([]);
    }
  }
  for (const name of ['bad-key-misspelt.yaml', 'bad-kind.yaml', 'bad-choice.yaml']) {
    expect(validate(parseAllDocuments(read(`samples/${name}`))[0]?.toJS()), name).toBe(false);
  }
});
