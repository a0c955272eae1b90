import { parseArgs } from 'node:util';
import { KAFKA_VERSIONS, type KafkaVersion } from '../kafka.ts';
import { REGISTRY_VERSIONS, type RegistryVersion } from '../registry.ts';

export const HELP = `Kafka, Redis, PostgreSQL and a schema registry as plain processes on 127.0.0.1, for a cluster of Yujing on one machine.
They go on when this command has ended; their data stay.

  npm run stack                 starts what does not run, waits until it answers, prints what to tell Yujing
  npm run stack -- status       each server: runs, answers, since when, memory
  npm run stack -- stop         ends what was started from here, and nothing else
  npm run stack -- reset        stop, and remove the data (asks)

  --download          fetches what is missing with Maven (205 MB for Kafka and the registry); nothing is fetched otherwise
  --only-download     with --download: starts nothing
  --nodes 1|3         Kafka nodes; with 3 each record is kept twice before it counts (1)
  --kafka VERSION     ${KAFKA_VERSIONS.join(' or ')} (${KAFKA_VERSIONS[0]})
  --registry VERSION  ${REGISTRY_VERSIONS.join(' (Java 21, kept in PostgreSQL) or ')} (Java 17, in memory); the newest that can run
  --port-shift N      added to every port: 9092, 6379, 5432, 8081 (0)
  --folder DIR        data, logs, settings and stack.json (run/stack in the project)
  --yes               reset does not ask
  --json              one JSON document and nothing else
`;

const COMMANDS = ['start', 'status', 'stop', 'reset'] as const;
export type Command = (typeof COMMANDS)[number];

export interface StackArguments {
  readonly command: Command;
  readonly download: boolean;
  readonly onlyDownload: boolean;
  /** undefined: as the folder has it */
  readonly nodes: 1 | 3 | undefined;
  readonly kafka: KafkaVersion | undefined;
  readonly registry: RegistryVersion | undefined;
  readonly portShift: number | undefined;
  readonly folder: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** A mistake on the command line, as a sentence. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

const HIGHEST_SHIFT = 56_000;

function oneOf<C extends string>(flag: string, value: string | undefined, choices: readonly C[]): C | undefined {
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new ArgumentError(`${flag} is "${value}"; it may be ${choices.join(' or ')}`);
  return found;
}

function shiftOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const shift = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (shift <= HIGHEST_SHIFT) return shift;
  throw new ArgumentError(`--port-shift is "${value}"; it may be a whole number from 0 to ${HIGHEST_SHIFT}`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        download: { type: 'boolean', default: false },
        'only-download': { type: 'boolean', default: false },
        nodes: { type: 'string' },
        kafka: { type: 'string' },
        registry: { type: 'string' },
        'port-shift': { type: 'string' },
        folder: { type: 'string' },
        yes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
  } catch (error) {
    // "Unknown option '--x'. To specify a positional ...": the first sentence is for people.
    throw new ArgumentError((error as Error).message.split('. ')[0] ?? 'unreadable');
  }
}

export function readArguments(argv: readonly string[]): StackArguments {
  const { values, positionals } = parse(argv);
  const [command = 'start', ...more] = positionals;
  if (more.length > 0) throw new ArgumentError(`"${more[0]}" is one word too many`);
  if (values['only-download'] && !values.download) throw new ArgumentError('--only-download goes with --download');
  if (values.folder === '') throw new ArgumentError('--folder needs the name of a folder');
  const nodes = oneOf('--nodes', values.nodes, ['1', '3']);
  return {
    command: oneOf('the command', command, COMMANDS)!,
    download: values.download,
    onlyDownload: values['only-download'],
    nodes: nodes === undefined ? undefined : nodes === '1' ? 1 : 3,
    kafka: oneOf('--kafka', values.kafka, KAFKA_VERSIONS),
    registry: oneOf('--registry', values.registry, REGISTRY_VERSIONS),
    portShift: shiftOf(values['port-shift']),
    folder: values.folder,
    yes: values.yes,
    json: values.json,
    help: values.help,
  };
}
