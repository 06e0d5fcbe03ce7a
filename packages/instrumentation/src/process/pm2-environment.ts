/**
 * In PM2's cluster mode a worker is born with the environment of PM2's daemon. The application's own comes as JSON in one variable, out of
 * which PM2 sets it just before it loads the application: after the preload, which needs it as well.
 */

const variable = 'pm2_env';

/** Sets what PM2 is about to set anyway. Of all that is in there (lists and objects as well), only what can be a variable. */
export function adoptPm2Environment(environment: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(settingsIn(environment[variable]))) {
    if (typeof value === 'string') environment[name] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') environment[name] = String(value);
  }
}

function settingsIn(text: string | undefined): object {
  if (text === undefined) return {};
  try {
    const settings: unknown = JSON.parse(text);
    return typeof settings === 'object' && settings !== null ? settings : {};
  } catch {
    // Somebody else's variable of that name.
    return {};
  }
}
