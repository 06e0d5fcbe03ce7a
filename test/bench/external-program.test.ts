import { expect, test } from 'vitest';

import { askForItself } from './external-program.ts';

test('a program says where it is and which version', () => {
  expect(askForItself(process.execPath, ['-p', '`${process.execPath} ${process.version}`'])).toEqual({
    path: process.execPath,
    version: process.version,
  });
});

test.each([
  ['is not there', 'no-such-program-anywhere', []],
  ['fails', process.execPath, ['-e', 'process.exit(1)']],
  ['says something else', process.execPath, ['-p', '"welcome"']],
])('a program that %s is not installed', (_, command, args) => {
  expect(askForItself(command, args)).toBeUndefined();
});
