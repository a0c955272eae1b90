import type { PushChannel } from '../channel.ts';

/** Whether an officer's page is open. The page hears of the order on the live stream, which reads the same log. */
export interface Connections {
  isConnected(officer: string): boolean;
}

/** `sent`: the order stands in the log and the officer's page is listening. What the page shows, it reports itself. */
export function sseChannel(connections: Connections): PushChannel {
  return {
    name: 'sse',
    push: async ({ officer }) => ({
      status: connections.isConnected(officer) ? 'sent' : 'not_connected',
      error_code: null,
    }),
  };
}
