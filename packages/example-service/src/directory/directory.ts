/**
 * A directory that is spoken to over LDAP: who is in it, and whether a password is theirs. A service account searches; a person is
 * then asked for by a simple bind with their own password. Each question has a connection of its own, and a limit in time.
 *
 * What a client sends reaches the server inside filter objects, never as the text of a filter, and an empty password never: a bind
 * without one succeeds for anybody (RFC 4513 §5.1.2).
 */
import { AndFilter, Client, EqualityFilter, InvalidCredentialsError, ResultCodeError, type Entry } from 'ldapts';

import { person, type PeopleSource, type Person } from './person.ts';

export interface DirectoryConfiguration {
  readonly url: string;
  readonly bindDn: string;
  readonly bindPassword: string;
  readonly baseDn: string;
  readonly startTls: boolean;
}

export type Identification =
  | { readonly type: 'person'; readonly person: Person }
  | { readonly type: 'not-found' | 'ambiguous' }
  /** One word for the reason, as the server calls it: `invalid_credentials`. */
  | { readonly type: 'bind-failed'; readonly dn: string; readonly reason: string };

const timeoutMillis = 5000;
const connectTimeoutMillis = 3000;
/** Servers refuse to give everything at once; 500 is what OpenLDAP gives unless told otherwise. */
const pageSize = 200;

const isPerson = new EqualityFilter({ attribute: 'objectClass', value: 'inetOrgPerson' });
const isGroup = new EqualityFilter({ attribute: 'objectClass', value: 'groupOfNames' });
const personAttributes = ['uid', 'cn'];

export class Directory implements PeopleSource {
  readonly name = 'the directory';
  readonly #configuration: DirectoryConfiguration;

  constructor(configuration: DirectoryConfiguration) {
    this.#configuration = configuration;
  }

  async people(): Promise<readonly unknown[]> {
    return this.#ask(async (client) => {
      const people = await this.#search(client, isPerson, personAttributes);
      const groups = await this.#search(client, isGroup, ['member']);
      const memberOf = new Map<string, string[]>();
      for (const group of groups)
        for (const member of valuesOf(group, 'member').map(comparable))
          memberOf.set(member, [...(memberOf.get(member) ?? []), comparable(group.dn)]);
      return people.map((entry) => candidateOf(entry, memberOf.get(comparable(entry.dn)) ?? []));
    });
  }

  /** Whose name and password these are. Rejects when the directory cannot be asked. */
  async identify(name: string, password: string): Promise<Identification> {
    return this.#ask(async (client): Promise<Identification> => {
      const named = new EqualityFilter({ attribute: 'uid', value: name });
      const found = await this.#search(client, new AndFilter({ filters: [isPerson, named] }), personAttributes);
      const [entry] = found;
      if (entry === undefined) return { type: 'not-found' };
      if (found.length > 1) return { type: 'ambiguous' };
      const { dn } = entry;
      const isMember = new EqualityFilter({ attribute: 'member', value: dn });
      const groups = await this.#search(client, new AndFilter({ filters: [isGroup, isMember] }), ['cn']);
      const memberOf = groups.map((group) => comparable(group.dn));
      const candidate = person.safeParse(candidateOf(entry, memberOf)).data;
      // The server overlooks case and blanks (RFC 4518 §2.6). Here they count: what fails under a name is counted under it, so that
      // "Grace" would be one more name to try the password of "grace" by.
      if (candidate?.uid !== name) return { type: 'not-found' };
      if (password === '') return { type: 'bind-failed', dn, reason: 'empty_password' };
      try {
        await client.bind(dn, password);
      } catch (error) {
        if (!(error instanceof ResultCodeError)) throw error;
        return { type: 'bind-failed', dn, reason: reasonOf(error) };
      }
      return { type: 'person', person: candidate };
    });
  }

  async #ask<Answer>(question: (client: Client) => Promise<Answer>): Promise<Answer> {
    const { url, bindDn, bindPassword, startTls } = this.#configuration;
    const client = new Client({ url, timeout: timeoutMillis, connectTimeout: connectTimeoutMillis });
    try {
      // Unless it is told, ldapts 9.2.0 holds the certificate against the name "localhost".
      if (startTls) await client.startTLS({ host: new URL(url).hostname.replaceAll(/[[\]]/g, '') });
      await client.bind(bindDn, bindPassword);
      return await question(client);
    } finally {
      // A connection that is broken is as good as ended.
      await client.unbind().catch(() => {});
    }
  }

  async #search(client: Client, filter: EqualityFilter | AndFilter, attributes: string[]): Promise<Entry[]> {
    const paged = { pageSize };
    const { searchEntries } = await client.search(this.#configuration.baseDn, { filter, attributes, paged });
    return searchEntries;
  }
}

/** Why the directory gives no answer, in one word. */
export function reasonOf(error: unknown): string {
  if (error instanceof InvalidCredentialsError) return 'invalid_credentials';
  return error instanceof ResultCodeError ? `result_${error.code}` : 'unreachable';
}

function candidateOf(entry: Entry, memberOf: readonly string[]): unknown {
  return { dn: entry.dn, uid: valuesOf(entry, 'uid')[0], cn: valuesOf(entry, 'cn')[0], memberOf };
}

function valuesOf(entry: Entry, attribute: string): string[] {
  return [entry[attribute] ?? []].flat().map(String);
}

/** DNs differ in case and in blanks after a comma, and mean the same (RFC 4517 §4.2.15). */
export function comparable(dn: string): string {
  return dn.toLowerCase().replaceAll(/,\s+/g, ',');
}
