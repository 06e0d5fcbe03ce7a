/** What a person may try once the files are there: commands to copy, each with what it shows. */
import { relative } from 'node:path';

export interface InvitationOptions {
  /** Absolute; shown relative to `workingDirectory` where that is shorter. */
  readonly directory: string;
  readonly workingDirectory: string;
  /** Of a service that is still there to be tried. */
  readonly running?: { readonly url: string; readonly token: string } | undefined;
}

export function invitation({ directory, workingDirectory, running }: InvitationOptions): readonly Suggestion[] {
  const path = relative(workingDirectory, directory);
  const logs = quoteForShell(path.startsWith('..') || path === '' ? directory : path);
  const inFiles: readonly Suggestion[] = [
    { shows: 'one line from each worker', command: `grep re-initialized ${logs}/application.log` },
    { shows: 'who changed what, with the values before and after', command: `tail -n 3 ${logs}/audit.log` },
  ];
  if (running === undefined)
    return [...inFiles, { shows: 'the same, and the service stays up for you to try', command: 'npm run demo' }];
  const { url, token } = running;
  return [
    {
      shows: 'requests as they come; then call the service from another terminal',
      command: `tail -f ${logs}/access.log`,
    },
    { shows: 'a line in access.log, without the secret', command: `curl -i '${url}/hello?password=secret'` },
    {
      shows: 'lines in performance.log, as the administrator',
      command: `curl -i -H 'Authorization: Bearer ${token}' ${url}/reports/years/2026`,
    },
    ...inFiles,
  ];
}

export interface Suggestion {
  readonly shows: string;
  readonly command: string;
}

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02 */
function quoteForShell(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
