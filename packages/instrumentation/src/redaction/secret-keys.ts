/**
 * Which keys hold secrets, by their names. Case and punctuation do not count, nor does a number at the end:
 * `api-key`, `apiKey` and `API_KEY_2` are one.
 *
 * Names are matched whole, or by their end, because beginnings say less: `password_expires_at` is no secret. What an
 * investigation needs is not here: addresses, users and their names, `auth_type`, hashes (but those of passwords),
 * ids of traces and requests.
 */
import { remembered } from './remembered.ts';

interface NameGroup {
  readonly what: string;
  readonly names: readonly string[];
}

/** Whole names, of a key or of the last of its parts: `user.pin`, `http.request.header.cookie`. */
export const secretNameGroups: readonly NameGroup[] = [
  {
    what: 'Passwords, and what stands in for them',
    names: [
      ...list(
        'pass passcode passkey dbpass ldappass bindpass mailpass smtppass redispass userpass adminpass proxypass',
      ),
      ...list('passwordconfirm passwordconfirmation passwordrepeat passwordagain passworddigest passwordsalt'),
      ...list('securityanswer secretanswer seedphrase recoveryphrase mnemonic'),
    ],
  },
  {
    what: 'Second factors, and codes that are sent to somebody',
    names: [
      ...list('pin pincode otp otpcode totp totpcode hotp mfacode 2facode twofactorcode smscode verificationcode'),
      ...list('securitycode recoverycode recoverycodes backupcode backupcodes resetcode confirmationcode devicecode'),
      ...list('authcode authorizationcode codeverifier'),
    ],
  },
  {
    what: 'Sessions and their headers',
    names: [
      ...list('authorizationheader authheader bearer'),
      ...list('session usersession sessionkey connectsid csrf xsrf'),
      ...list('samlresponse samlassertion assertion clientassertion'),
    ],
  },
  {
    what: 'Keys and places that are as good as one',
    names: [
      ...list('connectionstring connstring dsn webhookurl sharedaccesssignature secretkeybase secretvalue tokenvalue'),
      ...list('licensekey licencekey activationkey nthash lmhash ntlmhash'),
    ],
  },
  {
    what: 'What payment and privacy law protect',
    names: list(
      'pan creditcard cardnumber creditcardnumber ccnumber cvc cvv cardcvc cardcvv iban ssn socialsecuritynumber',
    ),
  },
];

export const secretNames: readonly string[] = secretNameGroups.flatMap(({ names }) => names);

/** Ends of names: `newPassword`, `refresh_token`, `tls.privateKey`. */
export const secretEndings: readonly string[] = [
  ...list('password passwords passwordhash passwd passphrase pwd pw'),
  ...list('authorization secret secrets token tokens jwt credential credentials cookie cookies sessionid sessid'),
  ...list(
    'apikey apikeys accesskey accountkey authkey deploykey encryptionkey decryptionkey hmackey masterkey privatekey',
  ),
  ...list('privkey secretkey sharedkey signingkey sshkey storagekey subscriptionkey symmetrickey'),
];

/** What else is secret as a parameter of a URL: `?code=…&sig=…`. */
export const secretParameters: readonly string[] = list(
  'auth code key sid sig signature ticket xamzsignature xgoogsignature samlrequest',
);

/** Names that only look like it. */
export const keptNames: readonly string[] = list(
  'inputtokens outputtokens totaltokens maxtokens prompttokens completiontokens cachedtokens reasoningtokens usedtokens',
);

export interface SecretKeyOptions {
  /** More names of keys that hold secrets; `*Ref` stands for all that end so. */
  readonly redactKeys?: readonly string[];
  /** Names of keys that hold none, whatever else says so; `*` as above. */
  readonly keepKeys?: readonly string[];
}

export interface SecretKeys {
  readonly isSecret: (key: string) => boolean;
  /** Whether it is secret where it is the name of a parameter of a URL. */
  readonly isSecretParameter: (key: string) => boolean;
  /** All of these names, and ends of names, in small letters. */
  readonly names: readonly string[];
}

export function createSecretKeys({ redactKeys = [], keepKeys = [] }: SecretKeyOptions = {}): SecretKeys {
  const secret = new Names([...secretNames, ...secretEndings.map((ending) => `*${ending}`), ...redactKeys]);
  const parameters = new Names(secretParameters);
  const kept = new Names([...keptNames, ...keepKeys]);
  const kindOf = remembered(judge);
  return {
    isSecret: (key) => kindOf(key) === 'secret',
    isSecretParameter: (key) => kindOf(key) !== 'plain',
    names: [...secret.all, ...parameters.all],
  };

  function judge(key: string): 'secret' | 'parameter' | 'plain' {
    const forms = formsOf(key);
    const kind = secret.hasAny(forms) ? 'secret' : parameters.hasAny(forms) ? 'parameter' : 'plain';
    return kind !== 'plain' && kept.hasAny(forms) ? 'plain' : kind;
  }
}

/** The whole of it, and the last of its parts. */
function formsOf(key: string): readonly string[] {
  const lastPart = lastPartOf(key);
  return lastPart === key ? [normalised(key)] : [normalised(key), normalised(lastPart)];
}

/** Of longer keys the end is looked at. */
const mostKeyCharacters = 256;

/** Letters and digits of any script count. */
function normalised(key: string): string {
  const name = key
    .slice(-mostKeyCharacters)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
  return name.slice(0, endWithoutDigits(name)) || name;
}

function endWithoutDigits(name: string): number {
  let end = name.length;
  while (end > 0 && name.charCodeAt(end - 1) <= 0x39) end--;
  return end;
}

/** `cookie` of `http.request.header.cookie`, and `pin` of `user[pin]`. */
function lastPartOf(key: string): string {
  return (
    key
      .slice(-mostKeyCharacters)
      .split(/[.[\]:/]+/)
      .findLast((part) => part !== '') ?? ''
  );
}

class Names {
  readonly all: readonly string[];
  readonly #whole: ReadonlySet<string>;
  /** By their last letter, which few names share. */
  readonly #endings: ReadonlyMap<string, readonly string[]>;

  constructor(patterns: readonly string[]) {
    const said = patterns.filter((pattern) => normalised(pattern) !== '');
    const endings = said.filter((pattern) => pattern.startsWith('*')).map(normalised);
    const whole = said.filter((pattern) => !pattern.startsWith('*')).map(normalised);
    this.all = [...whole, ...endings];
    this.#whole = new Set(whole);
    this.#endings = Map.groupBy(endings, lastLetterOf);
  }

  hasAny(names: readonly string[]): boolean {
    return names.some((name) => this.#has(name));
  }

  #has(name: string): boolean {
    return this.#whole.has(name) || (this.#endings.get(lastLetterOf(name))?.some((end) => name.endsWith(end)) ?? false);
  }
}

function lastLetterOf(name: string): string {
  return name.charAt(name.length - 1);
}

function list(names: string): readonly string[] {
  return names.split(' ');
}
