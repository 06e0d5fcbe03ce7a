/** SQL over a row of `users`: whether there is anything against a login, or a session that goes on. */

/**
 * Every statement that decides over a login asks this anew: guesses that are sent at the same time have all begun before
 * the first of them is counted.
 */
export const isUnlocked: string = '(locked_until IS NULL OR locked_until <= now())';
export const mayComeIn: string = '(users.deprovisioned_at IS NULL AND users.blocked_at IS NULL)';
