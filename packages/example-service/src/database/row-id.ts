/** The number of a row, as a path or a body names it: a positive `integer` of Postgres. */
import { z } from 'zod';

export const rowId: z.ZodType<number> = z.coerce.number().int().min(1).max(2_147_483_647);
