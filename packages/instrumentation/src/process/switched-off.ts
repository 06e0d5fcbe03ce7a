/** @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration */
export function isSwitchedOff(): boolean {
  return process.env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
}
