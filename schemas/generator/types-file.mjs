// generated/types.ts: what the rest of Yujing sees of the contract.
const PRIMITIVES = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  double: 'number',
  string: 'string',
};

export const HEADER = '// Written by schemas/generate.mjs from schemas/avro. Do not edit.\n';

export function screaming(name) {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

function typescript(type) {
  if (Array.isArray(type)) return `${typescript(type[1])} | null`;
  if (typeof type === 'object') return `readonly ${typescript(type.items)}[]`;
  return PRIMITIVES[type] ?? type;
}

function enumText(schema) {
  const symbols = schema.symbols.map((symbol) => `'${symbol}'`).join(', ');
  const constant = `${screaming(schema.name)}_SYMBOLS`;
  return `/** ${schema.doc} */\nexport const ${constant} = [${symbols}] as const\n/** ${schema.doc} */\nexport type ${schema.name} = (typeof ${constant})[number]\n`;
}

function recordText(schema) {
  const fields = schema.fields.map((field) => `  /** ${field.doc} */\n  ${field.name}: ${typescript(field.type)}`);
  return `/** ${schema.doc} */\nexport interface ${schema.name} {\n${fields.join('\n')}\n}\n`;
}

export function typesFile({ enums, structures, records }) {
  const names = records.map((name) => `'${name}'`).join(', ');
  const map = records.map((name) => `  ${name}: ${name}`).join('\n');
  const symbols = enums.map((schema) => `  ${schema.name}: ${screaming(schema.name)}_SYMBOLS,`).join('\n');
  return [
    HEADER,
    ...enums.map(enumText),
    ...structures.map(recordText),
    `/** Every record type of the contract, by name. */\nexport interface RecordTypes {\n${map}\n}\n`,
    `export const RECORD_TYPES = [${names}] as const\n`,
    'export type RecordType = keyof RecordTypes\n',
    `/** Symbols of every enumeration, UNKNOWN included. */\nexport const ENUM_SYMBOLS = {\n${symbols}\n} as const\n`,
  ].join('\n');
}
