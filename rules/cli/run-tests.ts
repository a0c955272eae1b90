import { compile, runRuleTests, type RuleTestResult } from '../language/index.ts';
import { UsageError, type Arguments, type Flag } from './arguments.ts';
import { collect } from './files.ts';
import { Progress, type CommandIo } from './io.ts';
import { count, paint, problemText } from './print.ts';

export const TEST_FLAGS: readonly Flag[] = [
  { name: 'json', about: 'print JSON' },
  { name: 'rule', value: 'ID', about: 'only this rule; may be given several times' },
  { name: 'alone', about: 'do not read the shared features and lists of the shipped packs' },
];

/** `rules test`: the stories of each rule in virtual time. */
export function testCommand(args: Arguments, io: CommandIo): number {
  const { files, asked } = collect(args.paths, io.cwd, args.switches.has('alone'));
  const compiled = compile(files, { today: io.today });
  const errors = compiled.problems.filter((problem) => problem.severity === 'error' && asked.has(problem.file));
  const wanted = args.values.get('rule');
  const rules = compiled.plan.rules.filter(
    (rule) => asked.has(rule.file) && (wanted === undefined || wanted.includes(rule.id)),
  );
  for (const id of wanted ?? []) {
    if (!compiled.plan.rules.some((rule) => rule.id === id) && errors.length === 0)
      throw new UsageError(`there is no rule ${id}; \`rules show\` lists them`);
  }
  const progress = new Progress(io);
  const results: RuleTestResult[] = [];
  for (const [index, rule] of rules.entries()) {
    progress.show(index, rules.length, 'testing rules');
    results.push(...runRuleTests(compiled.plan, { only: [rule.id] }).results);
  }
  progress.clear();
  const failed = results.filter((result) => !result.passed).length;
  const fails = failed > 0 || errors.length > 0;
  if (args.switches.has('json')) {
    io.write(
      `${JSON.stringify({ passed: results.length - failed, failed, problems: errors, results }, undefined, 2)}\n`,
    );
    return fails ? 1 : 0;
  }
  const texts = new Map(files.map((file) => [file.path, file.text]));
  for (const problem of errors) io.write(`${problemText(io, problem, texts.get(problem.file))}\n`);
  for (const rule of rules)
    io.write(
      ruleText(
        io,
        rule.id,
        results.filter((result) => result.rule === rule.id),
      ),
    );
  if (errors.length > 0) io.write(`${count(errors.length, 'error')}: rules with errors were not tested\n`);
  io.write(
    `${paint(io, fails ? 'red' : 'green', `${results.length - failed} passed, ${failed} failed`)} in ${count(rules.length, 'rule')}\n`,
  );
  return fails ? 1 : 0;
}

function ruleText(io: CommandIo, id: string, results: readonly RuleTestResult[]): string {
  if (results.length === 0) return `${paint(io, 'dim', '-')}    ${id}: no tests\n`;
  const [first] = results;
  const lines = [paint(io, 'bold', `${id}@${first?.version ?? ''}`)];
  for (const result of results) {
    lines.push(`  ${result.passed ? paint(io, 'green', 'pass') : paint(io, 'red', 'FAIL')} ${result.test}`);
    if (!result.passed)
      lines.push(
        `       ${result.file}:${result.line}`,
        ...result.differences.map((difference) => `       ${difference}`),
      );
  }
  return `${lines.join('\n')}\n`;
}
