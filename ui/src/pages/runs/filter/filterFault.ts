import { ServerError } from "../../../api";

/** What is wrong with a filter. */
export interface FilterFault {
  /** Place of the character in the text as browsers count. */
  readonly place: number;
  /** What was probably meant, as the whole filter would be written then; the likeliest first. */
  readonly fixes: readonly FilterFix[];
}

/** A way to mend a filter. */
export interface FilterFix {
  /** What takes the place of the mistake. */
  readonly text: string;
  /** The whole filter with it. */
  readonly filter: string;
}

const QUESTION = /Did you mean (.+?)\?/;
const WORD = /(?:[\p{L}\p{N}_.$#/-]|`[^`]*`)+|[<>=!~]+|[^\s]/uy;

/** Tells whether a fault is one of the filter that was asked with; faults of an order say which item it is. */
export function isFilterFault(error: unknown): error is ServerError {
  return error instanceof ServerError && error.code.startsWith("search.") && error.values.item === undefined;
}

/** Returns where a filter is wrong, and what was probably meant; null where the server does not say where. */
export function faultOfFilter(error: ServerError, filter: string): FilterFault | null {
  const position = error.values.position;
  if (typeof position !== "number") return null;
  const place = inUnits(filter, position);
  const offered = QUESTION.exec(error.message)?.[1]?.split(" or ") ?? [];
  return { place, fixes: offered.map((text) => ({ text, filter: mended(filter, place, text) })) };
}

/** Servers count characters, browsers the halves of some of them. */
function inUnits(text: string, characters: number): number {
  return [...text].slice(0, characters).join("").length;
}

function mended(filter: string, place: number, text: string): string {
  WORD.lastIndex = place;
  const end = place + (WORD.exec(filter)?.[0].length ?? 0);
  return filter.slice(0, place) + text + filter.slice(end);
}
