import type { Texts } from "./english";

/** The texts of one room in one language. */
export type Part = Texts;

/** Returns the parts of one language as one. */
export function joined(parts: Readonly<Record<string, Part>>): Texts {
  return Object.assign({}, ...Object.values(parts));
}
