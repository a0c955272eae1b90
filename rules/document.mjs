// Writes what is generated from the rule language's own declarations: after `tsc -b`, by `npm run document -w rules`.
import { writeFileSync } from 'node:fs';
import { constructsDocument, ruleErrorsDocument, ruleSchema } from './dist/language/index.js';

const at = (path) => new URL(path, import.meta.url);
writeFileSync(at('rule.schema.json'), `${JSON.stringify(ruleSchema(), undefined, 2)}\n`);
writeFileSync(at('../docs/reference/rule-errors.md'), ruleErrorsDocument());
writeFileSync(at('../docs/reference/rule-keys.md'), constructsDocument());
