import { ruleErrorsDocument, ruleSchema } from '../language/index.ts';
import { parseArguments, UsageError, type Arguments, type Flag } from './arguments.ts';
import { PathError } from './files.ts';
import type { CommandIo } from './io.ts';
import { LINT_FLAGS, lintCommand } from './lint.ts';
import { TEST_FLAGS, testCommand } from './run-tests.ts';
import { SHOW_FLAGS, showCommand } from './show.ts';

interface Command {
  readonly about: string;
  readonly paths: string;
  readonly flags: readonly Flag[];
  readonly run: (args: Arguments, io: CommandIo) => number;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  lint: { about: 'find every mistake of rule files', paths: '[PATH...]', flags: LINT_FLAGS, run: lintCommand },
  test: {
    about: 'run the stories of the rules in virtual time',
    paths: '[PATH...]',
    flags: TEST_FLAGS,
    run: testCommand,
  },
  show: { about: 'show what the rules compile to', paths: '[PATH...]', flags: SHOW_FLAGS, run: showCommand },
  schema: {
    about: 'print the JSON Schema for editors',
    paths: '',
    flags: [],
    run: (_args, io) => {
      io.write(`${JSON.stringify(ruleSchema(), undefined, 2)}\n`);
      return 0;
    },
  },
  errors: {
    about: 'print the list of mistakes with their codes',
    paths: '',
    flags: [],
    run: (_args, io) => {
      io.write(ruleErrorsDocument());
      return 0;
    },
  },
};

/** `yujing rules ...`: 0 nothing found, 1 something found, 2 wrong usage. */
export async function runRulesCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    io.write(overview());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    io.error(`there is no command \`rules ${name}\`\n\n${overview()}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.write(help(name, command));
    return 0;
  }
  try {
    return command.run(parseArguments(rest, command.flags), io);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof PathError)) throw error;
    io.error(`${error.message}\n${error instanceof UsageError ? `\n${help(name, command)}` : ''}`);
    return 2;
  }
}

function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(8)}${about}`);
  return `yujing rules COMMAND\n\n${lines.join('\n')}\n\nWithout a path the shipped packs are read. \`yujing rules COMMAND --help\` lists the flags.\nHow to write a rule: docs/rules.md\n`;
}

function help(name: string, { about, paths, flags }: Command): string {
  const usage = `yujing rules ${name}${paths === '' ? '' : ` ${paths}`}${flags.length > 0 ? ' [FLAGS]' : ''}`;
  const lines = flags.map(
    (flag) => `  ${`--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`.padEnd(20)}${flag.about}`,
  );
  return `${usage}\n\n${about}\n${lines.length > 0 ? `\n${lines.join('\n')}\n` : ''}\nExit codes: 0 nothing found, 1 something found, 2 wrong usage.\n`;
}
