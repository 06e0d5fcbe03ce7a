/** docs/messages.md, out of the table of notices. */
import { noticeCodes } from '../../packages/instrumentation/src/notices.ts';
import { code, madeFrom, table } from './page-parts.ts';

export function messagesPage(): string {
  return `# Messages

${madeFrom('packages/instrumentation/src/notices.ts')}

The preload prints nothing, except when something is wrong that only an operator can put right. Such a message has a code
that does not change between versions, and says what happened, why it matters and what to do:

\`\`\`
LOG_DIR_NOT_WRITABLE: cannot open "/var/log/shop/access.log" (EACCES)
  why   it is written to "/app/logs/access.log" instead, where nobody may look and a restart may lose it
  do    let uid 10001 write to "/var/log/shop", or set LOG_DIR to a directory that it may write
\`\`\`

It goes to standard error and, as one line, to application.log. In a cluster only the primary prints what is
wrong at start.

${table(
  ['Code', 'When'],
  noticeCodes.map(({ code: name, about }) => [code(name), about]),
)}
`;
}
