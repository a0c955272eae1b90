// `npm run document`: writes docs/reference/settings.md and metrics.md from the declarations of the whole product.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { references, root } from './dist/reference.js';

for (const [name, text] of Object.entries(references())) writeFileSync(join(root, 'docs', 'reference', name), text);
