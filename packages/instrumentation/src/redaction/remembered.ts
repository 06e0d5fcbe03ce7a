/** A judgement about names, remembered for as many names as a service has. */

/** Longer ones are data, and not worth remembering. */
const mostCharacters = 128;
/** Who makes names out of data must not fill the memory with them. */
const mostNames = 4096;

/** The same function, of which each name is asked once, or once again where there are too many. */
export function remembered<Answer extends {}>(judge: (name: string) => Answer): (name: string) => Answer {
  const known = new Map<string, Answer>();
  return (name) => known.get(name) ?? ask(name);

  function ask(name: string): Answer {
    const answer = judge(name);
    if (name.length > mostCharacters) return answer;
    if (known.size >= mostNames) known.clear();
    known.set(name, answer);
    return answer;
  }
}
