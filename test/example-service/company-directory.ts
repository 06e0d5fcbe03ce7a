/** A small organisation in a real directory: who is in it, which groups give roles, and what a service needs to ask it. */
import { Client } from 'ldapts';

import { startSlapd, suffix, type SlapdServer } from '../servers/slapd.ts';

const people = `ou=people,${suffix}`;
const groups = `ou=groups,${suffix}`;

export const passwordOf = (uid: string): string => `the password of ${uid}`;
const nameOf = (uid: string): string => `uid=${uid},${people}`;

function unit(dn: string): string {
  return `dn: ${dn}\nobjectClass: organizationalUnit\nou: ${dn.slice(3, dn.indexOf(','))}\n`;
}

function personEntry(uid: string, dn: string = nameOf(uid)): string {
  return `dn: ${dn}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid} Example\nsn: Example\nuserPassword: ${passwordOf(uid)}\n`;
}

function groupEntry(cn: string, members: readonly string[]): string {
  const member = members.map((uid) => `member: ${nameOf(uid)}\n`).join('');
  return `dn: cn=${cn},${groups}\nobjectClass: groupOfNames\ncn: ${cn}\n${member}`;
}

/** `twin` is there twice; the name of `Odd Name` is none for a user of the service. */
const ldif = [
  `dn: ${suffix}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n`,
  unit(people),
  unit(groups),
  unit(`ou=guests,${suffix}`),
  ...['grace', 'edsger', 'barbara', 'twin', 'Odd Name'].map((uid) => personEntry(uid)),
  personEntry('twin', `uid=twin,ou=guests,${suffix}`),
  groupEntry('security', ['grace']),
  groupEntry('risk', ['edsger']),
].join('\n');

export interface CompanyDirectory {
  readonly slapd: SlapdServer;
  /** What makes the service ask it. */
  readonly env: Readonly<Record<string, string>>;
  add(uid: string): Promise<void>;
  remove(uid: string): Promise<void>;
}

export async function startCompanyDirectory(): Promise<CompanyDirectory> {
  const slapd = await startSlapd(ldif);
  const { dn, password } = slapd.administrator;
  return {
    slapd,
    env: { LDAP_URL: slapd.url, LDAP_BIND_DN: dn, LDAP_BIND_PASSWORD: password, LDAP_BASE_DN: suffix },
    add: (uid) =>
      asAdministrator((client) =>
        client.add(nameOf(uid), {
          objectClass: 'inetOrgPerson',
          uid,
          cn: `${uid} Example`,
          sn: 'Example',
          userPassword: passwordOf(uid),
        }),
      ),
    remove: (uid) => asAdministrator((client) => client.del(nameOf(uid))),
  };

  async function asAdministrator(change: (client: Client) => Promise<void>): Promise<void> {
    const client = new Client({ url: slapd.url });
    try {
      await client.bind(dn, password);
      await change(client);
    } finally {
      await client.unbind();
    }
  }
}
