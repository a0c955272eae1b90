import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { alertProblems } from './alert-tests.ts';
import { composeFile, ours, wordsOf, type ComposeFile } from './compose-file.ts';
import { houseProblems, schemaProblems } from './compose-rules.ts';
import { knownFigures, panels, queries, strangers } from './figures.ts';
import { contextProblems } from './image-context.ts';
import { filesOf, root, textOf, yamlOf } from './project.ts';
import { RUN_STAGES } from './settings.ts';

test('docker-compose.yml is what the Compose Specification allows', () => {
  expect(schemaProblems()).toEqual([]);
});

test('docker-compose.yml keeps the rules of the house', async () => {
  expect(await houseProblems(composeFile())).toEqual([]);
});

test('the rules of the house find what is wrong', async () => {
  const file = composeFile();
  const { kafka, profile } = file.services;
  const broken = {
    ...file,
    services: {
      latest: { ...kafka, image: 'apache/kafka:latest' },
      open: { ...kafka, ports: ['9092:9092'], cap_drop: [], healthcheck: {}, restart: 'always', pids_limit: undefined },
      password: { ...kafka, environment: { POSTGRES_PASSWORD: 'x' } },
      unknown: { ...profile, environment: { YUJING_BROKER: 'kafka:9092' }, read_only: false },
      hasty: { ...profile, depends_on: { latest: { condition: 'service_started' } } },
    },
  } as unknown as ComposeFile;
  const found = (await houseProblems(broken)).map((problem) => problem.split(':').slice(0, 2).join(':'));
  for (const expected of [
    'latest: a version, never latest',
    'open: ports of this machine only',
    'open: no rights to gain',
    'open: a health check; a one-shot has none and says so',
    'open: starts again by itself',
    'open: limits of CPU, memory and processes',
    'password: POSTGRES_PASSWORD holds a secret itself',
    'unknown: ours',
    'hasty: what it waits for is there, and can be waited for',
  ])
    expect(found).toContain(expected);
});

test('every stage of `yujing run` is a service, runs after setup, and is scraped', () => {
  const { services } = composeFile();
  const stages = Object.entries(services).filter(([, service]) => ours(service) && wordsOf(service)[0] === 'run');
  expect(stages.map(([, service]) => wordsOf(service)[1]).sort()).toEqual([...RUN_STAGES].sort());
  for (const [name, { depends_on }] of stages)
    expect(depends_on?.['setup']?.condition, name).toBe('service_completed_successfully');
  const [{ dns_sd_configs: [{ names = [], port = 0 } = {}] = [] } = {}] = (
    yamlOf('deploy/prometheus/prometheus.yml') as {
      scrape_configs: Array<{ dns_sd_configs?: Array<{ names?: string[]; port?: number }> }>;
    }
  ).scrape_configs;
  expect([...names].sort()).toEqual(stages.map(([name]) => name).sort());
  for (const [name, { environment }] of stages) expect(environment?.['YUJING_OBSERVE_PORT'], name).toBe(String(port));
});

test('.dockerignore lets in what is built and nothing else', () => {
  expect(contextProblems()).toEqual([]);
});

test('every figure, label and word of a rule or panel is one that Yujing declares', async () => {
  const known = await knownFigures();
  const all = queries();
  expect(all.length).toBeGreaterThan(60);
  expect(all.flatMap((query) => strangers(query, known))).toEqual([]);
});

test('a figure that nobody declares is found', async () => {
  const known = await knownFigures();
  const found = (expr: string): string[] => strangers({ at: 'x', expr }, known);
  expect(found('rate(yujing_commit_total[1m])')).toEqual(['x: nobody declares yujing_commit_total']);
  expect(found('redis_memory_used_bytes{x="y"}')).toEqual(['x: nobody declares redis_memory_used_bytes']);
  expect(found('yujing_commits_total{reason="x"}')).toEqual(['x: yujing_commits_total has no label reason']);
  expect(found('yujing_stage_counts_total{stage="case", reason=~"nobody_on_duty|ladder_ended"}')).toEqual([
    'x: yujing_stage_counts_total never has the reason ladder_ended',
  ]);
});

test('every alert is seen to fire and to stay away, and says what to do', () => {
  expect(alertProblems()).toEqual([]);
});

test('dashboards: written from their lists; each panel has a title, a unit and the chosen data source', async () => {
  const made = (await import(pathToFileURL(join(root, 'deploy/grafana/make-dashboards.mjs')).href)) as {
    readonly DASHBOARDS: Readonly<Record<string, string>>;
  };
  expect(filesOf('deploy/grafana/dashboards', '.json').map((path) => path.split('/').at(-1))).toEqual(
    Object.keys(made.DASHBOARDS).sort(),
  );
  for (const [name, text] of Object.entries(made.DASHBOARDS))
    expect(textOf(`deploy/grafana/dashboards/${name}`), 'run node deploy/grafana/make-dashboards.mjs').toBe(text);
  const taken = new Set<string>();
  for (const { at, type, title, description, datasource, fieldConfig, targets, gridPos } of panels()) {
    expect(title, at).toBeTruthy();
    if (type === 'row') continue;
    expect(description, at).toBeTruthy();
    expect(fieldConfig?.defaults?.unit, at).toBeTruthy();
    expect(targets?.length, at).toBeGreaterThan(0);
    for (const source of [datasource, ...(targets ?? []).map((target) => target.datasource)])
      expect(source?.uid, at).toBe('${datasource}');
    const place = `${at.split(',')[0]} ${gridPos.x} ${gridPos.y}`;
    expect(taken.has(place), `${at} lies on another`).toBe(false);
    taken.add(place);
  }
});
