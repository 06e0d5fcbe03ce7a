/** Whether a string ends where a value could begin. */

const behindString = /^(\\{0,15}["'`])(?:[}\]]{1,8}(?:\n|$)|,\1[\w.-]{1,40}\1:)/;
const mostBehindString = 80;

/** Whether what is before it stands in a string that ends there: `"unexpected {","user":"bob"}`. */
export function endsString(text: string, at: number): boolean {
  return behindString.test(text.slice(at, at + mostBehindString));
}
