// `node deploy/grafana/make-dashboards.mjs`: writes dashboards/*.json from the lists of panels. The test of deploy compares them
// with what this would write, looks for every figure among those that Yujing declares, and reads every query with promtool.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PANELS_OF_PATH } from './panels/path.mjs';
import { PANELS_OF_SERVERS } from './panels/servers.mjs';

const SOURCE = { type: 'prometheus', uid: '${datasource}' };
const [COLUMNS, WIDTH, HEIGHT, ROW] = [24, 8, 8, 1];

function target([expr, legend], index) {
  const refId = String.fromCodePoint('A'.codePointAt(0) + index);
  return { refId, datasource: SOURCE, editorMode: 'code', expr, legendFormat: legend, range: true };
}

function chart({ title, description, unit, queries, kind = 'timeseries', max }, id, gridPos) {
  const options = {
    timeseries: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    stat: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: 'value',
      graphMode: 'area',
    },
  };
  return {
    id,
    type: kind,
    title,
    description,
    datasource: SOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0, ...(max === undefined ? {} : { max }) }, overrides: [] },
    options: options[kind],
    targets: queries.map(target),
  };
}

/** Three in a line, under the row they belong to. */
function layOut(rows) {
  const panels = [];
  let y = 0;
  for (const { row, panels: below } of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: ROW },
    });
    y += ROW;
    for (const [index, panel] of below.entries()) {
      const x = (index * WIDTH) % COLUMNS;
      const line = Math.floor((index * WIDTH) / COLUMNS);
      panels.push(chart(panel, panels.length + 1, { x, y: y + line * HEIGHT, w: WIDTH, h: HEIGHT }));
    }
    y += Math.ceil((below.length * WIDTH) / COLUMNS) * HEIGHT;
  }
  return panels;
}

function dashboard(uid, title, description, rows) {
  const source = {
    name: 'datasource',
    label: 'Prometheus',
    type: 'datasource',
    query: 'prometheus',
    current: {},
    hide: 0,
  };
  return {
    uid,
    title,
    description,
    tags: ['yujing'],
    timezone: 'browser',
    schemaVersion: 41,
    version: 1,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    editable: false,
    graphTooltip: 1,
    templating: { list: [source] },
    annotations: { list: [] },
    panels: layOut(rows),
  };
}

/** file name -> text */
export const DASHBOARDS = Object.fromEntries(
  [
    dashboard('yujing-path', 'Yujing: the path', 'From the door to the card, by stage', PANELS_OF_PATH),
    dashboard(
      'yujing-servers',
      'Yujing: door, cards, servers',
      'What goes in and out, and what it stands on',
      PANELS_OF_SERVERS,
    ),
  ].map((made) => [`${made.uid.replace('yujing-', '')}.json`, `${JSON.stringify(made, null, 2)}\n`]),
);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(DASHBOARDS))
    writeFileSync(join(import.meta.dirname, 'dashboards', name), text);
}
