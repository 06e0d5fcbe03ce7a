/**
 * Patches `ldapts`: a span for each LDAP operation of an application that knows nothing of it.
 *
 * ldapts is published twice, for `require` and for `import`, with a `Client` in each. Both are patched, an imported one only
 * where import-in-the-middle has a loader hook, as for every ES module, or where somebody has required its file.
 */
// oxlint-disable no-underscore-dangle -- what the base class offers is called so
import { context, trace } from '@opentelemetry/api';
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';

import type { LdaptsInstrumentationConfig } from './configuration.ts';
import { maskDistinguishedName } from './mask-distinguished-name.ts';
import { isNested } from './nested-call.ts';
import { OperationSpan, type Call, type Tracing } from './operation-span.ts';
import type { DescribeName } from './operations.ts';
import { tracedMethods, type Method } from './traced-methods.ts';
import { packageName, packageVersion } from './version.ts';

const supportedVersions = ['>=7 <10'];

const nameDescriptions: Readonly<Record<string, DescribeName>> = {
  mask: maskDistinguishedName,
  omit: () => undefined,
  keep: (name) => name,
};

type Prototype = Record<string, Method>;

interface LdaptsModule {
  readonly Client?: { readonly prototype: Prototype };
}

export class LdaptsInstrumentation extends InstrumentationBase<LdaptsInstrumentationConfig> {
  constructor(config: LdaptsInstrumentationConfig = {}) {
    super(packageName, packageVersion, config);
  }

  /** Called while the base class is constructed: what is patched already then must find its state, which is why it is in here. */
  protected override init(): InstrumentationNodeModuleDefinition[] {
    /** Of both forms of ldapts; the base class remembers the one that was loaded last. */
    const prototypes = new Set<Prototype>();
    const ours = new WeakSet<Method>();
    const patch = (ldapts: LdaptsModule): LdaptsModule => {
      if (ldapts.Client !== undefined) prototypes.add(ldapts.Client.prototype);
      for (const prototype of prototypes) {
        for (const [name, traced] of Object.entries(tracedMethods)) {
          if (typeof prototype[name] !== 'function') continue;
          this._wrap(prototype, name, (original) => {
            const method = traced(original, (call) => this.#start(call));
            ours.add(method);
            return method;
          });
        }
      }
      return ldapts;
    };
    const unpatch = (): void => {
      for (const prototype of prototypes)
        for (const name of Object.keys(tracedMethods))
          if (prototype[name] !== undefined && ours.has(prototype[name])) this._unwrap(prototype, name);
    };
    // What an application imports may have been required by its path before, to be patched without a loader hook.
    const file = new InstrumentationNodeModuleFile('ldapts/dist/index.mjs', supportedVersions, patch, unpatch);
    return [new InstrumentationNodeModuleDefinition('ldapts', supportedVersions, patch, unpatch, [file])];
  }

  #start(call: Call): OperationSpan | undefined {
    try {
      const { requireParentSpan = false, distinguishedNames = 'mask', responseHook } = this.getConfig();
      if (!this.isEnabled() || isNested(call.client)) return undefined;
      if (call.row.isForConnected === true && call.client.isConnected === false) return undefined;
      if (requireParentSpan && trace.getSpan(context.active()) === undefined) return undefined;
      const tracing: Tracing = {
        tracer: this.tracer,
        diag: this._diag,
        describeName: nameDescriptions[distinguishedNames] ?? maskDistinguishedName,
        onAnswer: (span, response) =>
          this._runSpanCustomizationHook(responseHook, 'responseHook', span, {
            operation: call.row.operation,
            response,
          }),
      };
      return new OperationSpan(tracing, call);
    } catch (error) {
      this._diag.error(`cannot record an operation "${call.row.operation}"`, error);
      return undefined;
    }
  }
}
