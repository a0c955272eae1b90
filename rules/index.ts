export * from './language/index.ts';
export { runRulesCommand } from './cli/command.ts';
export { packFiles, packsFolder } from './cli/files.ts';
export { terminalIo, type CommandIo } from './cli/io.ts';
