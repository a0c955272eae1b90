import type { AvroArray, AvroEnum, AvroField, AvroRecord, AvroType } from '../generated/schemas.ts';
import { EARLIEST_TIME, LATEST_TIME, TEXT_FORMS } from './forms.ts';
import type { Problems } from './problem.ts';

export interface CheckOptions {
  /** true for a decoded record: UNKNOWN then stands for a symbol that a newer writer knows */
  readonly decoded?: boolean;
}

export type Check = (value: unknown, path: string, problems: Problems, options: CheckOptions) => void;

/** Length in UTF-8. Counted by hand: TextEncoder took two thirds of the whole check, and Buffer is not in a browser. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Each half of a surrogate pair counts two here, four in all.
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return length;
}

type Names = Map<string, AvroRecord | AvroEnum>;

function checkText(field: AvroField): Check {
  const form = field.form === undefined || field.form === 'time' ? undefined : TEXT_FORMS[field.form];
  const maxLength = field.maxLength ?? 256;
  return (value, path, problems) => {
    if (typeof value !== 'string') return problems.add('wrong_type', path, 'string expected');
    // A UTF-16 unit takes at most three bytes, so most texts need no counting.
    if (value.length * 3 > maxLength && utf8Length(value) > maxLength) {
      return problems.add('too_long', path, `${maxLength} bytes`);
    }
    if (form !== undefined && !form.holds(value)) problems.add(form.code, path);
  };
}

function checkNumber(field: AvroField, whole: boolean, lowest: number, highest: number): Check {
  const isTime = field.form === 'time';
  const minimum = isTime ? EARLIEST_TIME : (field.minimum ?? lowest);
  const maximum = isTime ? LATEST_TIME : (field.maximum ?? highest);
  return (value, path, problems) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) problems.add('wrong_type', path, 'number expected');
    else if (whole && !Number.isInteger(value)) problems.add('wrong_type', path, 'whole number expected');
    else if (value < minimum || value > maximum) {
      if (isTime) problems.add('bad_time', path);
      else problems.add('out_of_range', path, `${minimum} to ${maximum}`);
    }
  };
}

function checkSymbol(schema: AvroEnum): Check {
  const symbols = new Set(schema.symbols);
  return (value, path, problems, options) => {
    if (typeof value !== 'string') problems.add('wrong_type', path, 'string expected');
    else if (!symbols.has(value) || (value === 'UNKNOWN' && options.decoded !== true)) {
      problems.add('unknown_symbol', path, `not in ${schema.name}`);
    }
  };
}

function checkItems(field: AvroField, array: AvroArray, names: Names): Check {
  const item = checkType(field, array.items, names);
  const maxItems = field.maxItems ?? 1000;
  return (value, path, problems, options) => {
    if (!Array.isArray(value)) return problems.add('wrong_type', path, 'array expected');
    if (value.length > maxItems) return problems.add('too_many', path, `${maxItems} items`);
    for (let i = 0; i < value.length; i++) item(value[i], problems.isQuick ? path : `${path}[${i}]`, problems, options);
  };
}

function checkPrimitive(field: AvroField, type: string): Check {
  switch (type) {
    case 'string':
      return checkText(field);
    case 'int':
      return checkNumber(field, true, -(2 ** 31), 2 ** 31 - 1);
    case 'long':
      return checkNumber(field, true, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case 'double':
      return checkNumber(field, false, -Number.MAX_VALUE, Number.MAX_VALUE);
    case 'boolean':
      return (value, path, problems) => {
        if (typeof value !== 'boolean') problems.add('wrong_type', path, 'true or false expected');
      };
    default:
      throw new TypeError(`${field.name}: no check for ${type}`);
  }
}

function checkType(field: AvroField, type: AvroType, names: Names): Check {
  if (typeof type === 'string') {
    const named = names.get(type);
    return named === undefined ? checkPrimitive(field, type) : checkType(field, named, names);
  }
  if ('items' in type) return checkItems(field, type, names);
  if ('symbols' in type) {
    names.set(`yujing.${type.name}`, type);
    return checkSymbol(type);
  }
  if ('fields' in type) {
    names.set(`yujing.${type.name}`, type);
    return recordCheck(type, names);
  }
  const inner = checkType(field, type[1] as AvroType, names);
  return (value, path, problems, options) => {
    if (value !== null) inner(value, path, problems, options);
  };
}

/** Compiled once per record type: walks every field and says what is wrong with it alone. */
export function recordCheck(schema: AvroRecord, names: Names = new Map()): Check {
  const checks = schema.fields.map((field) => ({ name: field.name, check: checkType(field, field.type, names) }));
  return (value, path, problems, options) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return problems.add('wrong_type', path, 'record expected');
    }
    const fields = value as Readonly<Record<string, unknown>>;
    for (const { name, check } of checks) {
      const inside = problems.isQuick || path === '' ? name : `${path}.${name}`;
      if (fields[name] === undefined) problems.add('missing', inside);
      else check(fields[name], inside, problems, options);
    }
  };
}
