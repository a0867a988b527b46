import { Marked } from "marked";

// The page has its own headings above.
const DEEPER = 2;
const DEEPEST = 6;
/** So many signs are read again in search of where emphasis ends; what comes after is shown with its stars. */
const MOST_SIGNS_FOR_EMPHASIS = 2_000_000;
// Each sign of a long word is looked at as if an address began there: the time grows with the square of its length.
const MOST_FOR_WORDS = 100_000_000;
const DATA = /data:[\w/+.-]+;base64,[\w/+=]*/g;
const WORD = /[\w.!#$%&'*+/=?`{|}~-]+/g;

let signsLeft = 0;

const marked = new Marked({
  gfm: true,
  renderer: {
    heading({ tokens, depth }) {
      const level = Math.min(depth + DEEPER, DEEPEST);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
    checkbox({ checked }) {
      return checked ? "☑ " : "☐ ";
    },
  },
  tokenizer: {
    emStrong(source) {
      if (!source.startsWith("*") && !source.startsWith("_")) return undefined;
      signsLeft -= source.length;
      // False leaves it to what is usual.
      return signsLeft < 0 ? undefined : false;
    },
  },
});

/**
 * Returns Markdown as HTML that is not cleaned; null for what is none, and would keep the page busy for minutes.
 *
 * @param text What somebody wrote.
 */
export function markdownHtml(text: string): string | null {
  if (effortOfWords(text) > MOST_FOR_WORDS) return null;
  signsLeft = MOST_SIGNS_FOR_EMPHASIS;
  try {
    return marked.parse(text, { async: false });
  } catch {
    // Thousands of quotes or lists in each other: there is no room to go so deep.
    return null;
  }
}

function effortOfWords(text: string): number {
  let effort = 0;
  for (const [word] of text.replaceAll(DATA, "").matchAll(WORD)) effort += word.length ** 2;
  return effort;
}
