import type { Texts } from "./english";

const ACCENTED: Readonly<Record<string, string>> = {
  a: "á",
  c: "ç",
  e: "é",
  i: "í",
  n: "ñ",
  o: "ö",
  s: "š",
  u: "ü",
  y: "ý",
  A: "Á",
  C: "Ç",
  E: "É",
  I: "Í",
  N: "Ñ",
  O: "Ö",
  S: "Š",
  U: "Ü",
  Y: "Ý",
};
// By how much translations of short texts commonly outgrow the English ones.
const GROWTH = 0.4;

/** Returns texts that can still be read and are as long as those of wordy languages, between brackets. */
export function pseudoTexts(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, pseudoText(text)]));
}

/** Returns one such text; what stands in braces stays as it is. */
export function pseudoText(text: string): string {
  let depth = 0;
  let made = "";
  for (const character of text) {
    if (character === "{") depth += 1;
    made += depth === 0 ? (ACCENTED[character] ?? character) : character;
    if (character === "}") depth -= 1;
  }
  return `[${made}${"~".repeat(Math.ceil(text.length * GROWTH))}]`;
}
