/** A value in JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** One place in a tree of JSON. */
export interface JsonNode {
  /** Tells it apart from all others. */
  readonly id: string;
  /** Name or number within what it is in; a range for a part of a long list. */
  readonly name: string;
  /** The value itself; of a list or an object what it is and how much is in it. */
  readonly text: string;
  readonly isBranch: boolean;
  /** What is in it; made only when it is opened. */
  readonly children: () => readonly JsonNode[];
}

// More than this at once is shown in parts.
const MOST_CHILDREN = 100;
const LONGEST_TEXT = 500;

// Python writes these, though JSON has no such numbers. A text that is never closed goes on to the end: to look for its
// end anew behind every quote in it would take minutes.
const ODD_NUMBERS = /"(?:[^"\\]|\\.)*(?:"|\\?$)|-?\bInfinity\b|\bNaN\b/gs;

/**
 * Reads JSON, with NaN and infinities as texts of that name.
 *
 * @throws SyntaxError It is no JSON.
 */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const plain = text.replaceAll(ODD_NUMBERS, (found) => (found.startsWith('"') ? found : `"${found}"`));
    if (plain === text) throw error;
    return JSON.parse(plain) as Json;
  }
}

/** Returns a value as a tree. */
export function jsonTree(value: Json): JsonNode {
  return nodeOf("$", "$", value);
}

function nodeOf(id: string, name: string, value: Json): JsonNode {
  if (typeof value !== "object" || value === null) {
    const text = JSON.stringify(value);
    const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
    return { id, name, text: short, isBranch: false, children: () => [] };
  }
  const isList = Array.isArray(value);
  const count = isList ? value.length : Object.keys(value).length;
  return {
    id,
    name,
    text: isList ? `[${count}]` : `{${count}}`,
    isBranch: count > 0,
    children: () => childrenOf(id, Object.entries(value), 0, count),
  };
}

function childrenOf(id: string, entries: readonly (readonly [string, Json])[], start: number, end: number): JsonNode[] {
  const count = end - start;
  if (count <= MOST_CHILDREN) {
    return entries.slice(start, end).map(([name, value]) => nodeOf(`${id}/${name}`, name, value));
  }
  // Parts of parts where there are very many, so that none has more than a hundred.
  let size = MOST_CHILDREN;
  while (count / size > MOST_CHILDREN) size *= MOST_CHILDREN;
  const parts: JsonNode[] = [];
  for (let from = start; from < end; from += size) {
    const to = Math.min(from + size, end);
    parts.push({
      id: `${id}/${from}-${to}`,
      name: `${from}–${to - 1}`,
      text: "",
      isBranch: true,
      children: () => childrenOf(id, entries, from, to),
    });
  }
  return parts;
}
