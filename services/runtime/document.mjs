// Writes docs/reference/{errors,settings,metrics}.md from the declarations. Needs the build: `npm run build` first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { errorsDocument } from './dist/errors/document.js';

const folder = new URL('../../docs/reference/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('errors.md', folder), errorsDocument());
