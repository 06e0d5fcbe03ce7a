/** What the tests of documents ask of Markdown. */
import { marked, type Token, type Tokens } from 'marked';

/** Every token, those inside others too. */
export function tokensOf(markdown: string): Token[] {
  const tokens: Token[] = [];
  marked.walkTokens(marked.lexer(markdown), (token) => void tokens.push(token));
  return tokens;
}

export function isShell(token: Token): token is Tokens.Code {
  return token.type === 'code' && ['bash', 'console', 'sh', 'shell', ''].includes((token as Tokens.Code).lang ?? '');
}

/** The commands of a shell block, without prompts, comments and printed output. */
export function commandsOf({ text }: Tokens.Code): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*\$ /, '').trim())
    .filter((line) => /^(npm|npx|node|[A-Z_]+=)/.test(line));
}
