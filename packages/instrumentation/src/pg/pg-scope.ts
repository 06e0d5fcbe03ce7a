/** The instrumentation scope of the spans that this folder reads. */
export const pgScope = '@opentelemetry/instrumentation-pg';
