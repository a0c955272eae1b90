import {
  BROKER_ERRORS,
  CONFIG_ERRORS,
  DATABASE_ERRORS,
  DATA_FOLDER_ERRORS,
  REGISTRY_ERRORS,
  STAGE_ERRORS,
  STORE_ERRORS,
  type ErrorEntry,
} from './codes.ts';

const GROUPS: ReadonlyArray<readonly [title: string, entries: Readonly<Record<string, ErrorEntry>>]> = [
  ['Broker', BROKER_ERRORS],
  ['Store', STORE_ERRORS],
  ['Stage', STAGE_ERRORS],
  ['Settings', CONFIG_ERRORS],
  ['Schema registry', REGISTRY_ERRORS],
  ['Data folder', DATA_FOLDER_ERRORS],
  ['Database', DATABASE_ERRORS],
];

/** docs/reference/errors.md */
export function errorsDocument(): string {
  const sections = GROUPS.map(([title, entries]) => {
    const rows = Object.entries(entries).map(
      ([code, { retriable, message, action }]) =>
        `| \`${code}\` | ${message} | ${retriable ? 'yes' : 'no'} | ${action} |`,
    );
    return `## ${title}\n\n| code | means | retried | what to do |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Errors\n\nWritten from services/runtime/errors/codes.ts by \`npm run document\`. Do not edit.\nAn error is decided upon by its code. "Retried": the same call may succeed later without anybody's help.\n\n${sections.join('\n')}`;
}
