import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkVersions, compile, versionRecord, type Problem, type VersionRecord } from '../language/index.ts';
import type { Arguments, Flag } from './arguments.ts';
import { collect } from './files.ts';
import { Progress, type CommandIo } from './io.ts';
import { count, paint, problemText } from './print.ts';

export const LINT_FLAGS: readonly Flag[] = [
  { name: 'json', about: 'print JSON' },
  { name: 'allow-warnings', about: 'only errors make the command fail' },
  {
    name: 'record',
    about: 'write versions.json: what was released last, so that a change without a new version is found',
  },
  { name: 'alone', about: 'do not read the shared features and lists of the shipped packs' },
];

export const RECORD_FILE = 'versions.json';

/** `rules lint`: every mistake of every file. */
export function lintCommand(args: Arguments, io: CommandIo): number {
  const { files, asked, recordIn } = collect(args.paths, io.cwd, args.switches.has('alone'));
  const progress = new Progress(io);
  progress.show(0, files.length, 'checking files');
  const compiled = compile(files, { today: io.today });
  progress.clear();
  const recordPath = recordIn === undefined ? undefined : join(recordIn, RECORD_FILE);
  const record =
    recordPath !== undefined && existsSync(recordPath)
      ? (JSON.parse(readFileSync(recordPath, 'utf8')) as VersionRecord)
      : {};
  const documents = compiled.documents.filter((document) => asked.has(document.file));
  const problems = [
    ...compiled.problems.filter((problem) => asked.has(problem.file)),
    ...checkVersions(documents, record),
  ];
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const fails = args.switches.has('allow-warnings') ? errors > 0 : problems.length > 0;
  if (args.switches.has('record') && errors === 0 && recordPath !== undefined) {
    writeFileSync(recordPath, `${JSON.stringify(versionRecord(compiled.documents), undefined, 2)}\n`);
  }
  const rules = documents.filter((document) => document.kind === 'Rule').length;
  if (args.switches.has('json')) {
    io.write(`${JSON.stringify({ files: asked.size, rules, hash: compiled.plan.hash, problems }, undefined, 2)}\n`);
    return fails ? 1 : 0;
  }
  const texts = new Map(files.map((file) => [file.path, file.text]));
  for (const problem of problems) io.write(`${problemText(io, problem, texts.get(problem.file))}\n`);
  io.write(summary(io, problems, asked.size, rules));
  return fails ? 1 : 0;
}

function summary(io: CommandIo, problems: readonly Problem[], files: number, rules: number): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const found = `${count(errors, 'error')}, ${count(problems.length - errors, 'warning')}`;
  const style = errors > 0 ? 'red' : problems.length > 0 ? 'yellow' : 'green';
  return `${paint(io, style, found)} in ${count(files, 'file')}, ${count(rules, 'sound rule')}\n`;
}
