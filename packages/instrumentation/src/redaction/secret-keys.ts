/** Which keys hold secrets, by their names. Pure. */

/** Whole names. Case and punctuation do not count: `api-key`, `apiKey` and `API_KEY` are one. */
const names: ReadonlySet<string> = new Set([
  'apikey',
  'authorization',
  'bindpw',
  'connectionstring',
  'cookie',
  'credential',
  'credentials',
  'csrf',
  'cvc',
  'cvv',
  'dsn',
  'iban',
  'otp',
  'pan',
  'pass',
  'passphrase',
  'pin',
  'pwd',
  'recoverycode',
  'recoverycodes',
  'session',
  'sessionid',
  'setcookie',
  'ssn',
  'webhookurl',
]);

/** Ends of names: `newPassword`, `refresh_token`, `tls.privateKey`. Beginnings say less: `passwordExpiresAt` is no secret. */
const endings =
  /(?:apikey|credentials|encryptionkey|passphrase|passwd|password|passwordhash|privatekey|secret|secretkey|signingkey|token|tokens)$/;

const maxNameCharacters = 256;

export function isSecretKey(key: string): boolean {
  const name = key
    .slice(-maxNameCharacters)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return names.has(name) || endings.test(name);
}
