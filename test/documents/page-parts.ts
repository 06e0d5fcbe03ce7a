/** What the generated pages are put together from. */

/** Says at the head of a page where it comes from. */
export function madeFrom(source: string): string {
  return `<!-- Made by \`npm run docs\` out of ${source}: change that, rather than this page. -->`;
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}
