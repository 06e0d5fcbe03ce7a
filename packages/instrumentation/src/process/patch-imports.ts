/**
 * Instrumentations patch a module when it is required. ES modules are not: of Node's own they see what was there when they were told,
 * and of packages with a file for `import` and another for `require` they get the former, which nobody has required.
 *
 * Limit: the stack of an import that cannot be resolved shows the hook among Node's own frames.
 */
import { createRequire, registerHooks, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** The clients of Node's own. */
export function patchClientsForImports(): void {
  require('node:http');
  require('node:https');
  syncBuiltinESMExports();
}

/**
 * What an ES module is about to import is required first, which patches the very module that is imported then. A hook of resolving
 * alone, which costs a start nothing; a loader that rewrites sources would cost it as much as all else.
 */
export function patchPackagesForImports(packages: readonly string[]): void {
  const left = new Set(packages);
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      if (left.has(specifier) && resolved.url.startsWith('file:') && resolved.url.endsWith('.mjs')) {
        left.delete(specifier);
        requireQuietly(fileURLToPath(resolved.url));
      }
      return resolved;
    },
  });
}

/** What does not load here says so to whoever imports it. */
function requireQuietly(path: string): void {
  try {
    require(path);
  } catch {
    // As above.
  }
}
