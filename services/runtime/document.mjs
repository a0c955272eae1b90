// Writes docs/reference/{errors,settings,metrics}.md from the declarations. Run by `npm run document`, which builds first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { errorsDocument } from './dist/errors/document.js';
import { settingsDocument } from './dist/config/document.js';
import { EMBEDDED_SETTINGS, PROCESS_SETTINGS } from './dist/config/runtime-settings.js';
import { metricsDocument } from './dist/observe/metric.js';
import { LOOP_METRICS } from './dist/observe/loop-metrics.js';
import { ENGINE_METRICS } from './dist/observe/engine-metrics.js';

const folder = new URL('../../docs/reference/', import.meta.url);
const settings = [
  { title: 'Every process', settings: PROCESS_SETTINGS },
  { title: 'Embedded log and store', settings: EMBEDDED_SETTINGS },
];
const metrics = [
  { title: 'Run loop', metrics: LOOP_METRICS },
  { title: 'Embedded engine', metrics: ENGINE_METRICS },
];
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('errors.md', folder), errorsDocument());
writeFileSync(new URL('settings.md', folder), settingsDocument(settings));
writeFileSync(new URL('metrics.md', folder), metricsDocument(metrics));
