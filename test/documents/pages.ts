/** The pages that are made out of tables of the code, so that the two cannot disagree. */
import { configurationPage } from './configuration-page.ts';
import { messagesPage } from './messages-page.ts';

/** Path below the repository's root, and what the page says. */
export const pages: readonly { readonly path: string; readonly render: () => string }[] = [
  { path: 'docs/configuration.md', render: configurationPage },
  { path: 'docs/messages.md', render: messagesPage },
];

/** Says at the head of a page where it comes from. */
export function madeFrom(source: string): string {
  return `<!-- Made by \`npm run docs\` out of ${source}: change that, rather than this page. -->`;
}
