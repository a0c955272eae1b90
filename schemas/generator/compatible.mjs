// What may change between two versions of a schema, so that old data stays readable and old readers keep going. Stricter than
// a registry's FULL_TRANSITIVE in one thing: a symbol never goes, also where old data would be read as UNKNOWN.

function expand(type, known) {
  if (typeof type === 'object' && !Array.isArray(type) && type.name) known.set(`yujing.${type.name}`, type);
  return typeof type === 'string' && known.has(type) ? known.get(type) : type;
}

function compare(where, oldType, newType, knownOld, knownNew, problems) {
  const old = expand(oldType, knownOld);
  const next = expand(newType, knownNew);
  if (typeof old === 'string' || typeof next === 'string') {
    // Not even int to long: new readers read the old data, but old readers not the new.
    if (old !== next) problems.push(`${where}: ${label(old)} became ${label(next)}`);
  } else if (Array.isArray(old) || Array.isArray(next)) {
    if (!Array.isArray(old) || !Array.isArray(next)) problems.push(`${where}: null allowed or forbidden`);
    else compare(where, old[1], next[1], knownOld, knownNew, problems);
  } else if (old.type !== next.type || old.name !== next.name) {
    problems.push(`${where}: ${label(old)} became ${label(next)}`);
  } else if (old.type === 'array') {
    compare(`${where}[]`, old.items, next.items, knownOld, knownNew, problems);
  } else if (old.type === 'enum') {
    const lost = old.symbols.filter((symbol) => !next.symbols.includes(symbol));
    if (lost.length > 0) problems.push(`${where}: symbols ${lost.join(', ')} are gone`);
  } else {
    compareRecords(where, old, next, knownOld, knownNew, problems);
  }
}

function label(type) {
  return typeof type === 'string' ? type : Array.isArray(type) ? 'union' : (type.name ?? type.type);
}

function compareRecords(where, old, next, knownOld, knownNew, problems) {
  const before = new Map(old.fields.map((field) => [field.name, field]));
  const after = new Map(next.fields.map((field) => [field.name, field]));
  for (const field of old.fields) {
    const now = after.get(field.name);
    if (now) compare(`${where}.${field.name}`, field.type, now.type, knownOld, knownNew, problems);
    else if (field.default === undefined) problems.push(`${where}.${field.name}: only a field with a default may go`);
  }
  for (const field of next.fields) {
    if (!before.has(field.name) && field.default === undefined)
      problems.push(`${where}.${field.name}: a new field needs a default`);
  }
}

/** Empty when each side can read what the other writes. */
export function compatibilityProblems(old, next) {
  const problems = [];
  compare(next.name, old, next, new Map(), new Map(), problems);
  return problems;
}
