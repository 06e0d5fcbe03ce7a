/** Whether a string ends where a value could begin. */

/** Blanks, and ends of lines, which may be written out. */
const blank = String.raw`(?:\s|\\{1,15}n){0,32}`;
const behindString = new RegExp(String.raw`(\\{0,15}["'\`])(?:[}\]]{1,8}(?:\n|$)|,${blank}\1[\w.-]{1,40}\1 ?:)`, 'y');

/** Whether what is before it stands in a string that ends there: `"unexpected {","user":"bob"}`. */
export function endsString(text: string, at: number): boolean {
  behindString.lastIndex = at;
  return behindString.test(text);
}
