/**
 * What an application does with ldapts, and the spans there are to be of it. Each runs with a client of its own, which is
 * closed afterwards, in the programs of `fixtures/`.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import type * as Ldapts from 'ldapts';

import { suffix } from '../servers/slapd.ts';
import { elsewhere, peopleBase, peopleCount, personal, personName, personPassword } from './directory.ts';

/** What a program is told of the server, as JSON. */
export interface Directory {
  readonly url: string;
  readonly secureUrl: string;
  readonly certificate: string;
  readonly administrator: { readonly dn: string; readonly password: string };
}

export type Attributes = Readonly<Record<string, unknown>>;

interface Scenario {
  readonly name: string;
  readonly options?: (directory: Directory) => Partial<Ldapts.ClientOptions>;
  readonly run: (client: Ldapts.Client, ldapts: typeof Ldapts, directory: Directory) => Promise<unknown>;
  /** Of its spans in the order in which they end. */
  readonly spans: readonly Attributes[];
}

const maskedPerson = `uid=?,${peopleBase}`;
const success = { 'ldap.result_code': 0, 'ldap.result_name': 'success' };
const simpleBind = { 'ldap.operation': 'bind', 'ldap.bind.method': 'simple', 'ldap.dn': maskedPerson };
const administratorBind = { ...simpleBind, ...success, 'ldap.dn': `cn=?,${suffix}` };
const anonymousBind = { 'ldap.operation': 'bind', 'ldap.bind.method': 'anonymous', ...success };
const saslBind = { 'ldap.operation': 'bind', 'ldap.bind.method': 'sasl', 'ldap.bind.sasl_mechanism': 'PLAIN' };
const search = {
  'ldap.operation': 'search',
  'ldap.search.base': peopleBase,
  'ldap.search.scope': 'sub',
  'ldap.search.filter': '(objectclass=*)',
};
const whoAmI = '1.3.6.1.4.1.4203.1.11.3';

function failure(code: number, name: string): Attributes {
  return { 'ldap.result_code': code, 'ldap.result_name': name, 'error.type': name };
}

function found(entries: number, references = 0): Attributes {
  return { 'ldap.search.entries': entries, 'ldap.search.references': references };
}

/** A server that takes connections, and hands them to `onConnection`; its port. */
async function withServer<T>(onConnection: (socket: Socket) => void, use: (port: number) => Promise<T>): Promise<T> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    onConnection(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

async function asAdministrator(client: Ldapts.Client, { administrator }: Directory): Promise<void> {
  await client.bind(administrator.dn, administrator.password);
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'binds with the right password',
    run: (client) => client.bind(personName(1), personPassword(1)),
    spans: [{ ...simpleBind, ...success, 'network.transport': 'tcp', 'network.peer.address': '127.0.0.1' }],
  },
  {
    name: 'binds with a wrong password',
    run: (client) => client.bind(personName(1), personPassword(2)),
    spans: [{ ...simpleBind, ...failure(49, 'invalidCredentials') }],
  },
  {
    name: 'binds without a password',
    run: (client) => client.bind(personName(1), ''),
    spans: [{ ...simpleBind, 'ldap.bind.method': 'unauthenticated', ...failure(53, 'unwillingToPerform') }],
  },
  {
    name: 'binds as nobody',
    run: (client) => client.bind('', ''),
    spans: [anonymousBind],
  },
  {
    name: 'binds with a name that is an object',
    run: (client, { DN }) =>
      client.bind(new DN({ uid: `${personal}-1`, ou: 'people', dc: ['example', 'org'] }), personPassword(1)),
    spans: [{ ...simpleBind, ...success }],
  },
  {
    name: 'binds by SASL PLAIN',
    run: (client) => client.bind('PLAIN', `\0${personal}-1\0${personPassword(1)}`),
    spans: [{ ...saslBind, ...success }],
  },
  {
    name: 'binds by SASL PLAIN with a wrong password',
    run: (client) => client.bindSASL('PLAIN', `\0${personal}-1\0${personPassword(2)}`),
    spans: [{ ...saslBind, ...failure(49, 'invalidCredentials') }],
  },
  {
    name: 'begins a SASL bind of several steps',
    run: (client) => client.bindSASL('SCRAM-SHA-1', ''),
    spans: [
      {
        ...saslBind,
        'ldap.bind.sasl_mechanism': 'SCRAM-SHA-1',
        'ldap.result_code': 14,
        'ldap.result_name': 'saslBindInProgress',
      },
    ],
  },
  {
    name: 'searches',
    run: (client) =>
      client.search(peopleBase, {
        filter: `(&(objectClass=inetOrgPerson)(|(uid=${personal}-1)(uid=${personal}-2)(mail=${personal}-3@*)))`,
        attributes: ['cn', 'mail'],
      }),
    spans: [
      {
        ...search,
        ...success,
        'ldap.search.filter': '(&(objectClass=?)(|(uid=?)(mail=?*)))',
        ...found(3),
      },
    ],
  },
  {
    name: 'searches with a filter that is an object',
    run: (client, { EqualityFilter }) =>
      client.search(personName(3), {
        scope: 'base',
        filter: new EqualityFilter({ attribute: 'sn', value: personal }),
        returnAttributeValues: false,
      }),
    spans: [
      {
        ...search,
        ...success,
        'ldap.search.base': maskedPerson,
        'ldap.search.scope': 'base',
        'ldap.search.filter': '(sn=?)',
        ...found(1),
      },
    ],
  },
  {
    name: 'searches where the server refers to another one',
    run: (client) => client.search(suffix, { scope: 'one', filter: '(objectClass=organizationalUnit)' }),
    spans: [
      {
        ...search,
        ...success,
        'ldap.search.base': suffix,
        'ldap.search.scope': 'one',
        'ldap.search.filter': '(objectClass=?)',
        ...found(1, 1),
      },
    ],
  },
  {
    name: 'searches what another server has',
    run: (client) => client.search(elsewhere, { scope: 'base' }),
    spans: [
      {
        ...search,
        'ldap.search.base': elsewhere,
        'ldap.search.scope': 'base',
        ...failure(10, 'referral'),
      },
    ],
  },
  {
    name: 'searches what is not there',
    run: (client) => client.search(`ou=${personal},${personName(1)}`),
    spans: [{ ...search, 'ldap.search.base': `ou=?,${maskedPerson}`, ...failure(32, 'noSuchObject') }],
  },
  {
    name: 'searches for more than the server gives',
    run: (client) => client.search(peopleBase),
    spans: [{ ...search, ...failure(4, 'sizeLimitExceeded') }],
  },
  {
    name: 'searches for no more than it wants',
    run: (client) => client.search(peopleBase, { sizeLimit: 2 }),
    spans: [{ ...search, ...found(2) }],
  },
  {
    name: 'searches with a filter that ldapts refuses',
    run: (client) => client.search(peopleBase, { filter: `(uid=${personal}-1` }),
    spans: [{ ...search, 'ldap.search.filter': '(?)', 'error.type': 'Error' }],
  },
  {
    name: 'searches with a filter that is none, and that ldapts completes',
    run: (client) => client.search(peopleBase, { filter: `(&(uid=${personal}-1)` }),
    spans: [{ ...search, ...success, 'ldap.search.filter': '(?)', ...found(1) }],
  },
  {
    name: 'searches page by page on its own',
    async run(client, _, directory) {
      await asAdministrator(client, directory);
      const { searchEntries } = await client.search(peopleBase, { paged: { pageSize: 10 }, attributes: ['cn'] });
      return searchEntries.length;
    },
    spans: [administratorBind, { ...search, ...success, ...found(peopleCount + 1) }],
  },
  {
    name: 'is given all pages',
    async run(client, _, directory) {
      await asAdministrator(client, directory);
      const sizes: number[] = [];
      for await (const { searchEntries } of client.searchPaginated(peopleBase, { paged: { pageSize: 10 } }))
        sizes.push(searchEntries.length);
      return sizes;
    },
    spans: [administratorBind, { ...search, ...success, ...found(peopleCount + 1), 'ldap.search.pages': 3 }],
  },
  {
    name: 'asks for other things between pages',
    async run(client, _, directory) {
      await asAdministrator(client, directory);
      const answers: unknown[] = [];
      for await (const { searchEntries } of client.searchPaginated(peopleBase, { paged: { pageSize: 20 } }))
        answers.push(await client.compare(searchEntries[0]?.dn ?? '', 'ou', 'people'));
      return answers;
    },
    spans: [
      administratorBind,
      { 'ldap.operation': 'compare', 'ldap.dn': peopleBase, 'ldap.result_code': 6, 'ldap.result_name': 'compareTrue' },
      { 'ldap.operation': 'compare', 'ldap.dn': maskedPerson, ...failure(16, 'noSuchAttribute') },
      { ...search, ...success, ...found(peopleCount + 1), 'ldap.search.pages': 2 },
    ],
  },
  {
    name: 'has enough after a page',
    async run(client, _, directory) {
      await asAdministrator(client, directory);
      for await (const { searchEntries } of client.searchPaginated(peopleBase, { paged: { pageSize: 10 } }))
        return searchEntries.length;
      return 'no page';
    },
    spans: [administratorBind, { ...search, ...success, ...found(10), 'ldap.search.pages': 1 }],
  },
  {
    name: 'stumbles over a page',
    async run(client, _, directory) {
      await asAdministrator(client, directory);
      for await (const page of client.searchPaginated(peopleBase, { paged: { pageSize: 10 } }))
        throw new Error(`${personal} ${page.searchEntries.length}`);
    },
    spans: [administratorBind, { ...search, ...success, ...found(10), 'ldap.search.pages': 1 }],
  },
  {
    name: 'is given no pages',
    async run(client) {
      for await (const page of client.searchPaginated(`ou=nowhere,${suffix}`)) return page;
      return 'no page';
    },
    spans: [{ ...search, 'ldap.search.base': `ou=nowhere,${suffix}`, ...failure(32, 'noSuchObject') }],
  },
  {
    name: 'makes, changes, compares, renames and deletes an entry',
    async run(client, { Attribute, Change }, directory) {
      await asAdministrator(client, directory);
      const [before, after] = [`uid=new-${personal},${peopleBase}`, `uid=newer-${personal},${peopleBase}`];
      await client.add(before, { objectClass: 'inetOrgPerson', cn: personal, sn: personal, userPassword: personal });
      const modification = new Attribute({ type: 'mail', values: [`${personal}@example.org`] });
      await client.modify(before, new Change({ operation: 'add', modification }));
      const answers = [
        await client.compare(before, 'mail', `${personal}@example.org`),
        await client.compare(before, 'mail', `another-${personal}@example.org`),
      ];
      await client.modifyDN(before, after);
      await client.del(after);
      return answers;
    },
    spans: [
      administratorBind,
      { 'ldap.operation': 'add', 'ldap.dn': maskedPerson, ...success },
      { 'ldap.operation': 'modify', 'ldap.dn': maskedPerson, ...success },
      {
        'ldap.operation': 'compare',
        'ldap.dn': maskedPerson,
        'ldap.result_code': 6,
        'ldap.result_name': 'compareTrue',
      },
      {
        'ldap.operation': 'compare',
        'ldap.dn': maskedPerson,
        'ldap.result_code': 5,
        'ldap.result_name': 'compareFalse',
      },
      { 'ldap.operation': 'modifyDN', 'ldap.dn': maskedPerson, 'ldap.new_dn': maskedPerson, ...success },
      { 'ldap.operation': 'delete', 'ldap.dn': maskedPerson, ...success },
    ],
  },
  {
    name: 'makes an entry that is there already',
    async run(client, _, directory) {
      await asAdministrator(client, directory);
      await client.add(personName(1), { objectClass: 'inetOrgPerson', cn: personal, sn: personal });
    },
    spans: [
      administratorBind,
      { 'ldap.operation': 'add', 'ldap.dn': maskedPerson, ...failure(68, 'entryAlreadyExists') },
    ],
  },
  {
    name: 'deletes what it may not',
    async run(client) {
      await client.bind(personName(1), personPassword(1));
      await client.del(personName(2));
    },
    spans: [
      { ...simpleBind, ...success },
      { 'ldap.operation': 'delete', 'ldap.dn': maskedPerson, ...failure(50, 'insufficientAccessRights') },
    ],
  },
  {
    name: 'makes its connection a secret one before it binds',
    async run(client, _, { certificate }) {
      await client.startTLS({ ca: certificate, host: '127.0.0.1' });
      await client.bind(personName(1), personPassword(1));
    },
    spans: [
      { 'ldap.operation': 'startTLS', ...success, 'tls.established': true },
      { ...simpleBind, ...success, 'tls.established': true },
    ],
  },
  {
    name: 'does not trust the server',
    run: (client) => client.startTLS({ host: '127.0.0.1' }),
    spans: [{ 'ldap.operation': 'startTLS', 'error.type': 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
  },
  {
    name: 'connects by ldaps',
    options: ({ secureUrl, certificate }) => ({ url: secureUrl, tlsOptions: { ca: certificate } }),
    run: (client) => client.bind(personName(1), personPassword(1)),
    spans: [{ ...simpleBind, ...success, 'tls.established': true, 'network.protocol.name': 'ldap' }],
  },
  {
    name: 'asks who it is',
    async run(client) {
      await client.bind(personName(1), personPassword(1));
      return client.exop(whoAmI);
    },
    spans: [
      { ...simpleBind, ...success, 'tls.established': false },
      { 'ldap.operation': 'extended', 'ldap.extended.oid': whoAmI, ...success },
    ],
  },
  {
    name: 'asks for an operation that the server does not have',
    run: (client) => client.exop('1.2.3.4', personal),
    spans: [{ 'ldap.operation': 'extended', 'ldap.extended.oid': '1.2.3.4', ...failure(2, 'protocolError') }],
  },
  {
    name: 'is bound again when its connection is made again',
    options: () => ({ autoRebind: true }),
    async run(client) {
      await client.bind(personName(1), personPassword(1));
      const { socket } = client as unknown as { socket: Socket };
      await once(socket.destroy(), 'close');
      const { searchEntries } = await client.search(personName(1), { scope: 'base', attributes: ['cn'] });
      return [searchEntries, client.isBound];
    },
    spans: [
      { ...simpleBind, ...success },
      {
        ...search,
        ...success,
        'ldap.search.base': maskedPerson,
        'ldap.search.scope': 'base',
        ...found(1),
      },
    ],
  },
  {
    name: 'says goodbye',
    async run(client) {
      await client.bind('', '');
      await client.unbind();
    },
    spans: [anonymousBind, { 'ldap.operation': 'unbind', 'network.peer.address': '127.0.0.1' }],
  },
  {
    name: 'is disposed of',
    async run(client) {
      await client.bind('', '');
      await client[Symbol.asyncDispose]();
    },
    spans: [anonymousBind, { 'ldap.operation': 'unbind' }],
  },
  {
    name: 'says goodbye twice, and once before it has said anything',
    async run(client) {
      await client.unbind();
      await client.bind('', '');
      await client.unbind();
      await client.unbind();
    },
    spans: [anonymousBind, { 'ldap.operation': 'unbind', 'network.peer.address': '127.0.0.1' }],
  },
  {
    name: 'finds nobody at the address',
    // A port that is reserved, and that nobody listens on.
    options: () => ({ url: 'ldap://127.0.0.1:1' }),
    run: (client) => client.search(peopleBase),
    spans: [{ ...search, 'server.port': 1, 'error.type': 'ECONNREFUSED', 'network.peer.address': undefined }],
  },
  {
    name: 'waits for a connection in vain',
    run: (_, { Client }) =>
      withServer(
        () => {},
        (port) =>
          new Client({ url: `ldaps://127.0.0.1:${port}`, connectTimeout: 50 }).bind(personName(1), personPassword(1)),
      ),
    spans: [{ ...simpleBind, 'error.type': 'connection_timeout' }],
  },
  {
    name: 'waits for an answer in vain',
    run: (_, { Client }) =>
      withServer(
        () => {},
        (port) => new Client({ url: `ldap://127.0.0.1:${port}`, timeout: 50 }).search(peopleBase),
      ),
    spans: [{ ...search, 'error.type': 'operation_timeout' }],
  },
  {
    name: 'loses its connection instead of an answer',
    run: (_, { Client }) =>
      withServer(
        (socket) => socket.once('data', () => socket.end()),
        (port) => new Client({ url: `ldap://127.0.0.1:${port}` }).compare(personName(1), 'sn', personal),
      ),
    spans: [{ 'ldap.operation': 'compare', 'ldap.dn': maskedPerson, 'error.type': 'connection_lost' }],
  },
];
