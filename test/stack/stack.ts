import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaBrokers } from './answers.ts';
import { defaultPorts, freePorts, type Layout, layoutOf, plansOf, type ServerChoice } from './layout.ts';
import { isPortFree } from './ports.ts';
import { appendOnlyFiles } from './redis.ts';
import type { RegistryStorage } from './registry.ts';
import { type Node, type ServerPlan, ServerProcess } from './server-process.ts';
import { StackError } from './stack-error.ts';
import { Watchdog } from './watchdog.ts';

export interface StackOptions extends ServerChoice {
  /** made and removed when absent */
  readonly folder?: string;
  /** default `free`: whatever nobody uses */
  readonly ports?: 'free' | 'default';
}

/** Real servers, for as long as the process that opened them lives. A server that was left out throws when asked for. */
export interface Stack {
  readonly folder: string;
  readonly kafka: {
    readonly brokers: readonly string[];
    readonly nodes: readonly Node[];
    /** addresses of the further listeners, by their names */
    readonly listeners: Readonly<Record<string, readonly string[]>>;
  };
  readonly redis: {
    readonly url: string;
    readonly node: Node;
    /** newest last; to be cut while the server is down */
    appendOnlyFiles(): string[];
  };
  readonly postgres: { readonly url: string; readonly node: Node };
  readonly registry: {
    readonly url: string;
    readonly version: string;
    readonly storage: RegistryStorage;
    readonly node: Node;
  };
  stop(): Promise<void>;
}

const CLUSTER_MS = 60_000;

/** Says which ports are taken before anything is started. */
export async function demandPorts(plans: readonly ServerPlan[], advice = ''): Promise<void> {
  const taken: string[] = [];
  for (const { name, ports } of plans) {
    for (const port of ports) if (!(await isPortFree(port))) taken.push(`${port} (for ${name})`);
  }
  if (taken.length > 0)
    throw new StackError(`taken by another process on 127.0.0.1: port ${taken.join(', ')}${advice}`);
}

async function startOne(server: ServerProcess, say: (line: string) => void): Promise<void> {
  const { name, version } = server.plan;
  if (server.isRunning) return say(`${name} ${version}: runs already (pid ${server.pid})`);
  const begin = performance.now();
  say(`${name} ${version}: starting`);
  await server.start();
  say(`${name} ${version}: answers after ${((performance.now() - begin) / 1_000).toFixed(1)} s (pid ${server.pid})`);
}

/** All at once, the registry as soon as PostgreSQL answers; when one fails the others are waited for, so that none is half there. */
export async function startAll(
  servers: readonly ServerProcess[],
  say: (line: string) => void = () => undefined,
): Promise<void> {
  const isRegistry = ({ name }: ServerProcess): boolean => name === 'registry';
  const starts = servers.filter((server) => !isRegistry(server)).map((server) => startOne(server, say));
  const database = starts[servers.findIndex(({ name }) => name === 'postgres')];
  starts.push(...servers.filter(isRegistry).map(async (registry) => (await database, startOne(registry, say))));
  const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  await waitForCluster(servers.filter(({ name }) => name.startsWith('kafka-')));
}

/** Every node sees every node. */
async function waitForCluster(nodes: readonly ServerProcess[]): Promise<void> {
  const deadline = performance.now() + CLUSTER_MS;
  for (const node of nodes) {
    const see = async (): Promise<number> => (await kafkaBrokers(node.plan.ports[0]!).catch(() => [])).length;
    while ((await see()) < nodes.length) {
      if (performance.now() > deadline) throw new StackError(`${node.name} does not see all ${nodes.length} brokers`);
      await sleep(100);
    }
  }
}

class OpenStack implements Stack {
  readonly folder: string;
  readonly #layout: Layout;
  readonly #options: StackOptions;
  readonly #servers: ReadonlyMap<string, ServerProcess>;
  readonly #watchdog: Watchdog;
  readonly #killAll: () => void;

  constructor(folder: string, layout: Layout, plans: readonly ServerPlan[], options: StackOptions) {
    this.folder = folder;
    this.#layout = layout;
    this.#options = options;
    this.#watchdog = new Watchdog(options.folder === undefined ? folder : undefined);
    const watchdog = this.#watchdog;
    this.#servers = new Map(plans.map((plan) => [plan.name, new ServerProcess(plan, { watchdog })]));
    this.#killAll = () => {
      for (const server of this.#servers.values()) server.killNow();
    };
    process.once('exit', this.#killAll);
  }

  async start(): Promise<void> {
    await startAll([...this.#servers.values()]);
  }

  get kafka(): Stack['kafka'] {
    const { brokers, plans } = this.#part('kafka');
    const { listeners = [] } = this.#options.kafka || {};
    const addresses = listeners.map(({ name }, i) => [name, plans.map(({ ports }) => `127.0.0.1:${ports[2 + i]}`)]);
    const nodes = plans.map(({ name }) => this.#servers.get(name)!);
    return { brokers, nodes, listeners: Object.fromEntries(addresses) as Record<string, string[]> };
  }

  get redis(): Stack['redis'] {
    const node = this.#servers.get('redis')!;
    return { url: this.#part('redis').url, node, appendOnlyFiles: () => appendOnlyFiles(node) };
  }

  get postgres(): Stack['postgres'] {
    return { url: this.#part('postgres').url, node: this.#servers.get('postgres')! };
  }

  get registry(): Stack['registry'] {
    const { url, version, storage } = this.#part('registry');
    return { url, version, storage, node: this.#servers.get('registry')! };
  }

  async stop(): Promise<void> {
    const [registry, ...others] = [...this.#servers.values()].reverse();
    await registry?.stop();
    await Promise.all(others.map((server) => server.stop()));
    process.off('exit', this.#killAll);
    if (this.#options.folder === undefined) rmSync(this.folder, { recursive: true, force: true });
    this.#watchdog.close();
  }

  #part<Name extends keyof Layout>(name: Name): NonNullable<Layout[Name]> {
    const part = this.#layout[name];
    if (part === undefined) throw new StackError(`this stack was opened without ${name}`);
    return part;
  }
}

/** Starts real servers in a folder and waits until they answer. They end with `stop()`, and with this process at the latest. */
export async function openStack(options: StackOptions = {}): Promise<Stack> {
  const { kafka = {}, ports: whichPorts = 'free' } = options;
  const folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), 'yujing-stack-')));
  mkdirSync(folder, { recursive: true });
  const kafkaOptions = kafka || {};
  const ports = whichPorts === 'free' ? await freePorts(kafkaOptions) : defaultPorts(kafkaOptions.nodes ?? 1);
  let stack: OpenStack | undefined;
  try {
    const layout = layoutOf({ ...options, folder, ports, isDeep: true });
    const plans = plansOf(layout);
    if (whichPorts === 'default') await demandPorts(plans);
    stack = new OpenStack(folder, layout, plans, options);
    await stack.start();
    return stack;
  } catch (error) {
    await stack?.stop();
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
