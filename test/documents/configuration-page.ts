/** docs/configuration.md, out of the table of variables. */
import {
  concernVariable,
  openTelemetryVariables,
  variables,
  type Variable,
} from '../../packages/instrumentation/src/configuration/variables.ts';
import { concerns } from '../../packages/file-exporter/src/concerns.ts';
import { code, madeFrom, table } from './page-parts.ts';

export function configurationPage(): string {
  const ofConcerns = new Set(
    concerns.flatMap(({ name }) =>
      (['MAX_BYTES', 'BACKUPS', 'FLOOR'] as const).map((setting) => concernVariable(name, setting)),
    ),
  );
  const general = [...variables].filter(([name]) => !ofConcerns.has(name));
  const [[, maxBytes], [, backups], [, floor]] = [...variables].filter(([name]) => ofConcerns.has(name)) as [
    Row,
    Row,
    Row,
  ];
  return `# Configuration

${madeFrom('packages/instrumentation/src/configuration/variables.ts')}

The preload is configured by environment variables, read once at start. An empty variable counts as not set. A value that
cannot be used is answered with a message on standard error and in application.log, and the default is used. So is a name that begins
with \`SENTRIKAT_\` and is nearly one of these; one that is not is remarked on in application.log alone, since it may be the
application's own. [messages.md](messages.md) lists the messages.

## General

${table(
  ['Variable', 'Value', 'Default', 'What it does'],
  general.map(([name, variable]) => [code(name), variable.kind.says, defaultOf(variable), variable.description]),
)}

## For each file

\`SENTRIKAT_<CONCERN>_MAX_BYTES\`: ${maxBytes.kind.says}. The file rotates before it would reach this size; 0 means never.
\`SENTRIKAT_<CONCERN>_BACKUPS\`: ${backups.kind.says}. How many rotated files are kept; 0 means that the file never rotates.
\`SENTRIKAT_<CONCERN>_FLOOR\`: ${floor.kind.says}. The lowest level written to the file.

${table(
  ['File', 'Variables', '`_MAX_BYTES`', '`_BACKUPS`', '`_FLOOR`'],
  concerns.map(({ name, file, ...row }) => [
    file,
    code(concernVariable(name, 'MAX_BYTES').replace('MAX_BYTES', '*')),
    `${row.maxBytes} (${row.maxBytes / 1024 / 1024} MiB)`,
    String(row.backups),
    row.floor,
  ]),
)}

For example, a security.log that also shows what succeeded, and keeps more of it:

\`\`\`sh
SENTRIKAT_SECURITY_FLOOR=INFO SENTRIKAT_SECURITY_BACKUPS=100 node --require @sentrikat/instrumentation/register server.js
\`\`\`

## OpenTelemetry’s own

These have the meaning that [OpenTelemetry](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/) gives them.

${table(
  ['Variable', 'What it does here'],
  openTelemetryVariables.map(({ name, description }) => [name.split(', ').map(code).join(', '), description]),
)}
`;
}

type Row = [string, Variable];

function defaultOf({ default: value, defaultSays }: Variable): string {
  return defaultSays ?? code(String(value));
}
