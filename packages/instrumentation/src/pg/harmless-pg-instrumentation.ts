/**
 * Upstream's instrumentation of `pg`, but it neither writes on what the application gives it nor keeps it.
 *
 * - It puts a callback of its own into a query's configuration: one that is frozen throws, one that is used again collects them, each
 *   calling the one before. So it is given a stand-in. A query with a `submit` of its own is used once, and `pg` writes on it as well.
 * - It keeps every pool until that is ended, and for good if it is never, or is asked for a connection after that.
 *
 * Limit: pools are not listed, so that their sizes are not told to a meter provider that comes later. None does here.
 */
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';

type Query = (...args: unknown[]) => unknown;

export class HarmlessPgInstrumentation extends PgInstrumentation {
  constructor() {
    super();
    // Upstream's own members, by names that its types call private.
    const patch = Reflect.get(this, '_getClientQueryPatch').call(this) as (original: Query) => Query;
    Reflect.set(this, '_getClientQueryPatch', () => (original: Query) => withStandIns(patch(original)));
    Reflect.set(this, '_poolMaxValues', new PoolSizes());
  }
}

/** As much of a Map as upstream asks for. */
class PoolSizes extends WeakMap<object, unknown> {
  values(): MapIterator<unknown> {
    return new Map<object, unknown>().values();
  }
}

function withStandIns(query: Query): Query {
  return function (this: unknown, ...args) {
    const [config] = args;
    if (typeof args.at(-1) !== 'function' && hasCallback(config)) args[0] = standInFor(config);
    return query.apply(this, args);
  };
}

function hasCallback(config: unknown): config is { readonly callback: unknown } {
  if (typeof config !== 'object' || config === null) return false;
  const { callback, submit } = config as { callback?: unknown; submit?: unknown };
  return typeof callback === 'function' && typeof submit !== 'function';
}

/** All is read from the original but the callback, which can be written. */
function standInFor(config: { readonly callback: unknown }): object {
  const { callback: value } = config;
  return Object.create(config, {
    callback: { value, writable: true, enumerable: true, configurable: true },
  }) as object;
}
