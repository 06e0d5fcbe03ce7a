/** The instrumentation scope of everything the preload makes itself. */
export const scopeName = '@sentrikat/instrumentation';
