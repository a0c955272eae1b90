import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { references, root } from './reference.ts';

for (const [name, text] of Object.entries(references())) {
  test(`docs/reference/${name} is fresh: run \`npm run document\``, () => {
    expect(readFileSync(join(root, 'docs', 'reference', name), 'utf8')).toBe(text);
  });
}
