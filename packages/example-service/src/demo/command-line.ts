/** What the words after `npm run demo --` mean. */
import { parseArgs } from 'node:util';

import { Complaint } from './complaint.ts';

export type Command =
  | { readonly type: 'help' }
  | { readonly type: 'run'; readonly once: boolean; readonly directory: string };

const defaultDirectory = 'demo-logs';

/** Throws a `Complaint` about anything it does not know. */
export function parseCommandLine(words: readonly string[]): Command {
  const { values } = parse(words);
  if (values.help === true) return { type: 'help' };
  const directory = values.dir ?? defaultDirectory;
  if (directory === '') throw complaint('"--dir" is empty');
  return { type: 'run', once: values.once ?? false, directory };
}

function parse(words: readonly string[]): { values: { help?: boolean; once?: boolean; dir?: string } } {
  try {
    return parseArgs({
      args: [...words],
      options: { help: { type: 'boolean', short: 'h' }, once: { type: 'boolean' }, dir: { type: 'string' } },
    });
  } catch (error) {
    // The first sentence names the word; the rest explains how to pass a word that begins with a dash.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/, 1);
    throw complaint(sentence.replaceAll("'", '"'), error);
  }
}

function complaint(what: string, cause?: unknown): Complaint {
  return new Complaint({
    code: 'DEMO_USAGE',
    what,
    why: 'the demo knows --once, --dir DIR, --forward, --container and --help',
    remedy: 'run "npm run demo -- --help" for examples',
    exitCode: 2,
    cause,
  });
}

export const help: string = `A real service on a real Postgres, some seconds of traffic, and the seven log files it leaves.

Usage
  npm run demo -- [options]

Options
  --once       stop after the traffic. This is the default when nobody watches (input or output is no terminal)
  --dir DIR    where the log files go; made if missing, added to if not (default: ./${defaultDirectory})
  --forward    with the collector, a real Elasticsearch and a real rsyslog; shows what arrives there, and stops.
               Needs Go, Java and Maven; the first time takes minutes
  --container  in a container, read-only and as another user; shows what its files look like there, and stops.
               Needs docker or podman; the first time takes minutes
  --help, -h   this text

Examples
  npm run demo                                   watch, then try the running service; Ctrl-C ends it
  npm run demo -- --dir /tmp/logs                the same, with the files in /tmp/logs
  npm run demo -- --once --dir "$(mktemp -d)"    for a script: needs no person
  npm run demo -- --forward                      the same records in Elasticsearch and in syslog
  npm run demo -- --container                    the image, as an operator runs it
  NO_COLOR=1 npm run demo                        no colours

Exit codes
  0   all seven files got records, and every request its line in access.log
  1   they did not, or something failed
  2   a wrong option or directory
  130, 143, 129 after SIGINT (Ctrl-C), SIGTERM, SIGHUP before the files were shown
`;
