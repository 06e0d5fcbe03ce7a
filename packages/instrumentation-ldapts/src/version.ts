/** The instrumentation scope of the spans: this package. */
export const packageName = '@sentrikat/instrumentation-ldapts';
export const packageVersion = '0.1.0';
