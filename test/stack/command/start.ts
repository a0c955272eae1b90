import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KAFKA_VERSIONS } from '../kafka.ts';
import { defaultPorts, type Layout, layoutOf, plansOf } from '../layout.ts';
import { registryStorage, registryVersionFor } from '../registry.ts';
import { type ServerPlan, ServerProcess } from '../server-process.ts';
import { demandPorts, startAll } from '../stack.ts';
import { StackError } from '../stack-error.ts';
import type { StackArguments } from './arguments.ts';
import { knownServer } from './known-server.ts';
import { readState, type StackState, withServer, writeState } from './state.ts';

export interface StartOptions {
  readonly folder: string;
  readonly downloads: readonly string[];
  readonly given: StackArguments;
  readonly say: (line: string) => void;
}

/** What the processes of a cluster are told, by the names of its settings. */
export interface ClusterAddresses {
  readonly brokers: readonly string[];
  readonly redis: string;
  readonly registry: string;
  readonly database: string;
}

export interface Started {
  readonly state: StackState;
  readonly addresses: ClusterAddresses;
  /** addresses as a file for --config */
  readonly settingsFile: string;
}

function isUp(folder: string, state: StackState | undefined): boolean {
  return state?.servers.some((server) => knownServer(folder, server).isRunning) ?? false;
}

/** What the folder holds goes before what is usual; what is asked for must agree with it. */
export function wanted(given: StackArguments, before: StackState | undefined, isRunning: boolean): StackState {
  const nodes = given.nodes ?? before?.nodes ?? 1;
  const kafka = given.kafka ?? before?.kafka ?? KAFKA_VERSIONS[0];
  const portShift = given.portShift ?? before?.portShift ?? 0;
  const registry = given.registry ?? before?.registry ?? registryVersionFor();
  if (before !== undefined) {
    const holds = `this folder holds ${before.nodes} node${before.nodes === 1 ? '' : 's'} of Kafka ${before.kafka}`;
    if (nodes !== before.nodes || kafka !== before.kafka) {
      throw new StackError(
        `${holds}; another --folder takes what is asked for, and \`npm run stack -- reset\` gives this one up`,
      );
    }
    if (isRunning && (portShift !== before.portShift || registry !== before.registry)) {
      throw new StackError('servers run here with other ports or another registry: `npm run stack -- stop` first');
    }
  }
  return {
    format: 1,
    nodes,
    kafka,
    registry,
    registryStorage: registryStorage(registry, true),
    portShift,
    verified: before?.verified ?? [],
    servers: before?.servers ?? [],
  };
}

/** Writes down each process as soon as it is there, before it answers. */
class Book {
  state: StackState;
  readonly #folder: string;

  constructor(folder: string, state: StackState) {
    this.#folder = folder;
    this.state = state;
  }

  server(plan: ServerPlan): ServerProcess {
    const { name, version, ports } = plan;
    const found = this.state.servers.find((server) => server.name === name)?.identity ?? undefined;
    return new ServerProcess(plan, {
      found,
      changed: (identity) => {
        const since = identity === undefined ? null : new Date().toISOString();
        this.write(withServer(this.state, { name, version, ports, identity: identity ?? null, since }));
      },
    });
  }

  write(state: StackState = this.state): void {
    this.state = state;
    writeState(this.#folder, state);
  }
}

function addressesOf({ kafka, redis, registry, postgres }: Layout): ClusterAddresses {
  return { brokers: kafka!.brokers, redis: redis!.url, registry: registry!.url, database: postgres!.url };
}

function writeSettings(file: string, { brokers, redis, registry, database }: ClusterAddresses): void {
  const lines = [`brokers: [${brokers.map((broker) => `'${broker}'`).join(', ')}]`];
  lines.push(`redis: ${redis}`, `registry: ${registry}`, `database: ${database}`);
  writeFileSync(file, `# written by npm run stack\n${lines.join('\n')}\n`);
}

/** A registry in memory knows nothing after a start: it is told again, in the same order, so the ids are the same. */
async function registerAgain(url: string, say: (line: string) => void): Promise<void> {
  const { registerSchemas } = await import('@yujing/runtime');
  const schemas = await registerSchemas({ url });
  say(`registry: ${schemas.length} schemas registered (it keeps them in memory only)`);
}

export async function start({ folder, downloads, given, say }: StartOptions): Promise<Started> {
  const before = readState(folder);
  const plan = wanted(given, before, isUp(folder, before));
  const names = [`kafka-${plan.kafka}`, `apicurio-${plan.registry}`];
  const layout = layoutOf({
    folder,
    downloads,
    isDeep: !names.every((name) => plan.verified.includes(name)),
    ports: defaultPorts(plan.nodes, plan.portShift),
    kafka: { nodes: plan.nodes, version: plan.kafka },
    registry: { version: plan.registry },
  });
  const book = new Book(folder, { ...plan, verified: [...new Set([...plan.verified, ...names])] });
  const servers = plansOf(layout).map((server) => book.server(server));
  const missing = servers.filter((server) => !server.isRunning);
  const advice = '. Whose it is: `ss -ltnp`. All ports at once move with --port-shift 10000';
  await demandPorts(
    missing.map((server) => server.plan),
    advice,
  );
  book.write(); // from here on something may run
  await startAll(servers, say);
  const isNewRegistry = missing.some(({ name }) => name === 'registry');
  if (layout.registry!.storage === 'memory' && isNewRegistry) await registerAgain(layout.registry!.url, say);
  const addresses = addressesOf(layout);
  const settingsFile = join(folder, 'yujing.yaml');
  writeSettings(settingsFile, addresses);
  return { state: book.state, addresses, settingsFile };
}
