export interface Command {
  readonly summary: string;
  run(argv: readonly string[]): Promise<number>;
}

/** Each command loads what it needs and nothing else: a help text should not wait for a database. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    summary: 'run everything on this machine: door, path, console and, unless --no-demo, the invented town',
    run: async (argv) => (await import('./start.ts')).runStart(argv),
  },
  setup: {
    summary:
      'on Kafka, Redis and PostgreSQL: make topics, schemas, tables and keys; first of all, and at any time again',
    run: async (argv) => (await import('./setup.ts')).runSetup(argv),
  },
  run: {
    summary: 'one stage in a process of its own, on Kafka, Redis and PostgreSQL',
    run: async (argv) => (await import('./run.ts')).runRun(argv),
  },
  snapshot: {
    summary: 'keep what the stages know, once or each hour',
    run: async (argv) => (await import('./snapshot.ts')).runSnapshot(argv),
  },
  restore: {
    summary: 'put a snapshot back into an empty store',
    run: async (argv) => (await import('./restore.ts')).runRestore(argv),
  },
  rules: {
    summary: 'lint and test rule files',
    run: async (argv) => (await import('./rules.ts')).runRules(argv),
  },
  replay: {
    summary: 'put the recorded logs of a data folder through the stages again and compare, byte for byte',
    run: async (argv) => (await import('./replay.ts')).runReplay(argv),
  },
  keys: {
    summary: 'add, list, rotate and revoke the API keys of sources',
    run: async (argv) => (await import('./keys.ts')).runKeys(argv),
  },
  users: {
    summary: 'who signs in to the pages: add, list, role, password, disable, enable',
    run: async (argv) => (await import('./users.ts')).runUsers(argv),
  },
};

const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));

export const USAGE = `Yujing 预警: a fraud early-warning stream processor

  yujing COMMAND [options]     (npx --no yujing ..., or npm start)

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  .join('\n')}

yujing COMMAND --help tells its options. Exit codes: 0 done, 1 failed or found something, 2 called wrongly.
`;
