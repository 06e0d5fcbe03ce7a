/** Why tests that start many containers are left out; undefined where they are asked for. They take minutes. */
export function containersWanted(): string | undefined {
  return process.env['TEST_CONTAINERS'] === undefined ? 'takes minutes: npm run containers' : undefined;
}
