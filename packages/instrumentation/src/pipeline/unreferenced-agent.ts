/**
 * Connections that do not keep the process alive: telemetry is sent while the application lives, and it does not live for
 * the sake of telemetry.
 *
 * Limit: the search for a host's address cannot be let go of, and keeps the process until it succeeds or fails.
 */
import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';

/** Makes the agent that OTLP exporters send through. Loads http or https when first asked, after both have been instrumented. */
export function unreferencedAgent(options: AgentOptions = {}): (protocol: string) => Promise<Agent> {
  return async (protocol) => {
    const { Agent: Base } = (await (protocol === 'https:' ? import('node:https') : import('node:http'))) as {
      Agent: typeof Agent;
    };
    class UnreferencedAgent extends Base {
      override createConnection(...args: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
        const connection = super.createConnection(...args);
        if (connection && 'unref' in connection) (connection as { unref: () => void }).unref();
        return connection;
      }

      /** Node references a kept connection again when it is given to a request. */
      override reuseSocket(...args: Parameters<Agent['reuseSocket']>): void {
        super.reuseSocket(...args);
        const [socket] = args;
        if ('unref' in socket) (socket as unknown as { unref: () => void }).unref();
      }
    }
    return new UnreferencedAgent({ keepAlive: true, ...options });
  };
}
