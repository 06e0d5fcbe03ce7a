/** Any value as text. Undefined where it refuses to be one, as `{"toString":null}` does, which a client can send where a text should stand. */
export function textOf(value: unknown): string | undefined {
  try {
    return String(value);
  } catch {
    return undefined;
  }
}
