import { COMMANDS, USAGE } from './commands/commands.ts';
import { VERSION } from './package-file.ts';

/** The `yujing` command. Exit codes: 0 done, 1 it failed or found something, 2 it was called in a way that cannot be. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(USAGE);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === 'version') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    process.stderr.write(`There is no command ${JSON.stringify(name)}.\n\n${USAGE}`);
    return 2;
  }
  return command.run(rest);
}
