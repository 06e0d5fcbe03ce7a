/** The directory that the tests ask: people whose every value contains one word, which is then looked for where it must not be. */
import { sizeLimit, suffix } from '../servers/slapd.ts';

/** In every name, address and password of a person, and in whatever a scenario writes. */
export const personal = 'walker';

export const peopleBase: string = `ou=people,${suffix}`;
export const peopleCount: number = sizeLimit * 2 + 5;
export const personName = (number: number): string => `uid=${personal}-${number},${peopleBase}`;
export const personPassword = (number: number): string => `pw-${personal}-${number}`;
/** What the server gives in the place of this part of the tree: the address of another. */
export const elsewhere: string = `ou=elsewhere,${suffix}`;

const organisation = `dn: ${suffix}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ${peopleBase}
objectClass: organizationalUnit
ou: people

dn: ${elsewhere}
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://127.0.0.1:1/${suffix}
`;

const people = Array.from(
  { length: peopleCount },
  (...[, number]) => `dn: ${personName(number)}
objectClass: inetOrgPerson
cn: ${personal} ${number}
sn: ${personal}
mail: ${personal}-${number}@example.org
userPassword: ${personPassword(number)}
`,
);

export const ldif: string = [organisation, ...people].join('\n');
