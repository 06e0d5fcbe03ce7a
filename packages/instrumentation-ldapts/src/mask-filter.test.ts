import * as fc from 'fast-check';
import { EqualityFilter, ExtensibleFilter, OrFilter, SubstringFilter } from 'ldapts';
import { describe, expect, test } from 'vitest';

import { maskFilter } from './mask-filter.ts';

describe('attributes, operators and asterisks stay', () => {
  test.each([
    ['(uid=alice)', '(uid=?)'],
    ['uid=alice', '(uid=?)'],
    ['(uid=*)', '(uid=*)'],
    ['(mail=al*@example.*)', '(mail=?*?*)'],
    ['(uid=)', '(uid=)'],
    ['(uidNumber>=1000)', '(uidNumber>=?)'],
    ['(uidNumber<=1000)', '(uidNumber<=?)'],
    ['(cn~=alice)', '(cn~=?)'],
    ['(userCertificate;binary=\\30\\82)', '(userCertificate;binary=?)'],
    ['(2.5.4.3=a=b)', '(2.5.4.3=?)'],
    ['(cn:caseExactMatch:=Alice)', '(cn:caseExactMatch:=?)'],
    ['(:dn:2.5.13.5:=Alice)', '(:dn:2.5.13.5:=?)'],
    ['(memberOf:1.2.840.113556.1.4.1941:=cn=a,dc=b)', '(memberOf:1.2.840.113556.1.4.1941:=?)'],
    ['(!(uid=alice))', '(!(uid=?))'],
    ['(&)', '(&)'],
    ['(&(objectClass=person)(!(|(uid=a\\28b)(mail=c))))', '(&(objectClass=?)(!(|(uid=?)(mail=?))))'],
  ])('%s', (filter, masked) => {
    expect(maskFilter(filter)).toBe(masked);
  });
});

test('of conditions that differ in their values alone, one is left', () => {
  const names = Array.from({ length: 5000 }, (...[, number]) => `(uid=person-${number})`);
  expect(maskFilter(`(&(objectClass=person)(|${names.join('')}))`)).toBe('(&(objectClass=?)(|(uid=?)))');
  expect(maskFilter('(|(&(a=1)(b=2))(&(a=3)(b=4))(a=5))')).toBe('(|(&(a=?)(b=?))(a=?))');
});

describe('what is no filter is not told', () => {
  test.each([
    '',
    'alice',
    '(alice)',
    '(',
    '(&',
    '()',
    '(uid=alice',
    '(&(uid=alice)',
    '(uid=alice))',
    '(uid=alice)(uid=bob)',
    '(uid=(alice))',
    '(& (uid=alice))',
    '(the name is=alice)',
    `${'(!'.repeat(100_000)}(uid=alice)`,
    `${'(!'.repeat(100)}(uid=alice)${')'.repeat(100)}`,
  ])('%s', (text) => {
    expect(maskFilter(text)).toBe('(?)');
  });
});

test('a mask is short, however many attributes are asked for', () => {
  const filter = `(&${Array.from({ length: 1000 }, (...[, number]) => `(attribute-${number}=x)`).join('')})`;
  expect(maskFilter(filter)).toHaveLength(1025);
});

test('filters that ldapts builds are filters', () => {
  const value = 'al*(i)c\\e=\u0000é';
  const filter = new OrFilter({
    filters: [
      new EqualityFilter({ attribute: 'cn', value }),
      new EqualityFilter({ attribute: 'photo', value: Buffer.from(value) }),
      new SubstringFilter({ attribute: 'mail', initial: value, any: [value], final: '' }),
      new ExtensibleFilter({ matchType: 'ou', rule: '2.5.13.5', dnAttributes: true, value }),
    ],
  });
  expect(maskFilter(filter.toString())).toBe('(|(cn=?)(photo=?)(mail=?*?*)(ou:dn:2.5.13.5:=?))');
});

/** A filter, and what is to be left of it. */
type Case = readonly [filter: string, masked: string];

const attribute = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,8}$/);
const value = fc
  .string({ unit: 'binary', minLength: 1 })
  .map((text) => text.replace(/[\\()*]/g, (character) => `\\${character.charCodeAt(0).toString(16)}`));
const condition = fc
  .tuple(attribute, fc.constantFrom('=', '>=', '<=', '~=', ':='), value)
  .map(([name, operator, text]): Case => [`(${name}${operator}${text})`, `(${name}${operator}?)`]);
const { filter } = fc.letrec<{ filter: Case }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 5 },
    condition,
    fc
      .tuple(fc.constantFrom('&', '|', '!'), fc.array(tie('filter'), { maxLength: 4 }))
      .map(([operator, members]): Case => [
        `(${operator}${members.map(([text]) => text).join('')})`,
        `(${operator}${[...new Set(members.map(([, masked]) => masked))].join('')})`,
      ]),
  ),
}));

test('of any filter the form is told, and nothing that it looks for', () => {
  fc.assert(
    fc.property(filter, ([text, masked]) => {
      fc.pre(masked.length <= 1024);
      expect(maskFilter(text)).toBe(masked);
    }),
  );
});

test('of any text at all something is told', () => {
  const pieces = fc.array(fc.constantFrom('(', ')', '&', '|', '!', '=', '*', '\\', ':', ' ', 'uid', 'alice'));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        pieces.map((all) => all.join('')),
      ),
      (text) => {
        expect(maskFilter(text)).toMatch(/^\([^]*\)$/);
      },
    ),
  );
});
