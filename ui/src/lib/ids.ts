const SHORT = 8;
const LONGEST_WHOLE = 12;

/** Returns as much of an id as people tell things apart by; what is copied is the whole. */
export function shortId(id: string): string {
  return id.length <= LONGEST_WHOLE ? id : id.slice(0, SHORT);
}
