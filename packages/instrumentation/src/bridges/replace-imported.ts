/**
 * What a patch puts in the place of a package's exports, ES modules do not see: they get what the file itself has exported. So
 * what is about to be imported is required first, which patches it, and what comes of that becomes the file's exports.
 */
import { createRequire, Module, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** For packages of CommonJS, which have one file for `import` and `require`. */
export function replaceImported(packages: readonly string[]): void {
  const names = new Set(packages);
  const replaced = new Set<string>();
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      const { url } = resolved;
      if (
        names.has(specifier) &&
        context.conditions.includes('import') &&
        url.startsWith('file:') &&
        !replaced.has(url)
      ) {
        replaced.add(url);
        replace(fileURLToPath(url));
      }
      return resolved;
    },
  });
}

/** A module that has been loaded keeps a copy of its exports for whoever imports it; one that stands in for it has none. */
function replace(path: string): void {
  try {
    const exports: unknown = require(path);
    const loaded = require.cache[path];
    if (loaded === undefined || loaded.exports === exports) return;
    const { id, filename, paths, children } = loaded;
    const standIn = { filename, paths, children, exports, loaded: true, ...patchesOf(loaded) };
    require.cache[path] = Object.assign(new Module(id), standIn);
  } catch {
    // What does not load here says so to whoever imports it.
  }
}

/** What require-in-the-middle keeps in a module that it has patched. Without it, who requires the module patches it again, and all is said twice. */
function patchesOf(loaded: NodeJS.Module): object {
  const symbols = Object.getOwnPropertySymbols(loaded).filter(({ description }) => description === 'RitmExports');
  return Object.fromEntries(symbols.map((symbol) => [symbol, (loaded as unknown as Record<symbol, unknown>)[symbol]]));
}
