import { join } from 'node:path';
import { kafkaBrokers, postgresAnswers, redisAnswers, registryAnswers } from '../answers.ts';
import { POSTGRES_USER } from '../postgres.ts';
import { registryUrl } from '../registry.ts';
import { type ServerPlan, ServerProcess } from '../server-process.ts';
import { StackError } from '../stack-error.ts';
import type { ServerState } from './state.ts';

async function answers({ name, ports: [port = 0] }: ServerState): Promise<boolean> {
  if (name === 'redis') return redisAnswers(port);
  if (name === 'postgres') return postgresAnswers(port, POSTGRES_USER);
  if (name === 'registry') return registryAnswers(registryUrl(port));
  return (await kafkaBrokers(port)).includes(Number(name.replace('kafka-', '')));
}

/** A server as stack.json names it: to be asked and ended, which needs neither its program nor its jars. */
export function knownServer(folder: string, state: ServerState): ServerProcess {
  const plan: ServerPlan = {
    name: state.name,
    folder: join(folder, state.name),
    ports: state.ports,
    version: state.version,
    command: '',
    arguments: [],
    stopSignal: state.name === 'postgres' ? 'SIGINT' : 'SIGTERM',
    async prepare() {
      throw new StackError(`${state.name} cannot be started from stack.json alone`);
    },
    answers: () => answers(state),
  };
  return new ServerProcess(plan, { found: state.identity ?? undefined });
}
