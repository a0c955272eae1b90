import { environmentName, fileName, flagName, type Setting, type Settings, type Values } from './setting.ts';

const WIDTH = 100;
const INDENT = 28;

function defaultOf(setting: Setting<unknown>): string {
  if (setting.default === undefined) return 'must be set';
  return setting.secret && setting.default !== null ? 'hidden' : setting.print(setting.default);
}

function wrap(words: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of words.split(' ')) {
    const last = lines.length - 1;
    if (lines[last]!.length + word.length >= width) lines.push(word);
    else lines[last] = lines[last] === '' ? word : `${lines[last]} ${word}`;
  }
  return lines;
}

/** The part of `--help` that lists the settings. */
export function settingsHelp(settings: Settings): string {
  const lines: string[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const flag = `  ${flagName(name)} ${setting.placeholder}`.trimEnd();
    const unit = setting.unit === undefined ? '' : ` ${setting.unit}`;
    const fallback = setting.default === undefined ? 'must be set' : `default ${defaultOf(setting)}${unit}`;
    const said = wrap(`${setting.doc} (${fallback}; ${environmentName(name)})`, WIDTH - INDENT);
    const own = flag.length < INDENT - 1;
    if (!own) lines.push(flag);
    said.forEach((line, i) => lines.push((own && i === 0 ? flag : '').padEnd(INDENT) + line));
  }
  const config = '  --config PATH'.padEnd(INDENT);
  lines.push(`${config}YAML or JSON file with settings by their names (YUJING_CONFIG)`);
  return `${lines.join('\n')}\n`;
}

/** What is set, and by what; secrets are hidden. For `config show` and the first lines of the log. */
export function printSettings<S extends Settings>(
  settings: S,
  { values, origins }: { readonly values: Values<S>; readonly origins: Readonly<Record<keyof S, string>> },
): string {
  const lines = Object.entries(settings).map(([name, setting]) => {
    const value = setting.secret && values[name] !== null ? 'hidden' : setting.print(values[name]);
    return `${fileName(name)}: ${value} (${origins[name]})`;
  });
  return `${lines.join('\n')}\n`;
}

export interface SettingsGroup {
  readonly title: string;
  readonly settings: Settings;
}

/** docs/reference/settings.md */
export function settingsDocument(groups: readonly SettingsGroup[]): string {
  const sections = groups.map(({ title, settings }) => {
    const rows = Object.entries(settings).map(([name, setting]) => {
      const unit = setting.unit ?? '';
      const cells = [`\`${fileName(name)}\``, setting.doc, setting.allowed, defaultOf(setting), unit];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    });
    return `## ${title}\n\n| name | what it sets | allowed | default | unit |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Settings\n\nWritten from the declarations in the code by \`npm run document\`. Do not edit.\n\nA setting \`ack_timeout_ms\` is given as the flag \`--ack-timeout-ms\`, in the environment as \`YUJING_ACK_TIMEOUT_MS\`, or by its name in the\nYAML or JSON file that \`--config\` (\`YUJING_CONFIG\`) names. The first of these that has it counts; then the default.\n\n${sections.join('\n')}`;
}
