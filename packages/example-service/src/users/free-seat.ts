/** As many users as the licence allows, or without one any number. */

/** SQL that is true while one more may be there. Two at once may both find the last seat; the next does not. */
export const hasFreeSeat: string = `(
  SELECT count(*) FROM users WHERE deprovisioned_at IS NULL
) < coalesce((SELECT (value->>'seats')::integer FROM documents WHERE name = 'license'), 2147483647)`;
