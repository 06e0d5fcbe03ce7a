/** The word a sanitised statement begins with, in capitals: `SELECT`, `WITH`, `BEGIN`; none of what begins otherwise. */
export function sqlOperation(sanitisedSql: string): string | undefined {
  return /^[( ]*([a-z]{1,32})\b/i.exec(sanitisedSql)?.[1]?.toUpperCase();
}
