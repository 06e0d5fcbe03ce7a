/** docs/coverage.md, out of the table that `test/example-service/coverage.test.ts` checks against real log files. */
import { coverage, isSeen, type AbsentRow, type SeenRow } from '../example-service/coverage.ts';
import { code, madeFrom, table } from './page-parts.ts';

const heads = ['There', 'Here', 'File', 'By', 'Says', 'Scene'];

export function coveragePage(): string {
  return `# Coverage

${madeFrom('test/example-service/coverage.ts')}

What the [product that these logs come from](https://github.com/sbr0nch/SentriKat) writes, means to write or says that it writes of security,
changes and its directory, and what stands for it here. The rows are not promises: \`test/example-service/coverage.test.ts\` plays each
scene on the example service, with a real Postgres and a real slapd, and looks for each row's line in the file.

${coverage.map(({ title, rows }) => `## ${title}\n\n${table(heads, rows.map(cellsOf))}`).join('\n\n')}
`;
}

function cellsOf(row: SeenRow | AbsentRow): string[] {
  if (!isSeen(row)) return [row.original, `none: ${row.because}`, '', '', '', ''];
  const { original, event, file, by, says, scene } = row;
  return [original, code(event), `${file}.log`, by, says === undefined ? '' : code(says), scene];
}
