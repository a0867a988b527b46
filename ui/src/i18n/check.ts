import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import type { Texts } from "./english";

/** Why a text may read as in English, by key. */
export type Excuses = Readonly<Record<string, string>>;

// Texts by code of a fault are looked up when a fault comes.
const FOUND_BY_CODE = "errors.";
// Russian needs these for whole numbers; the other languages do with `one` and `other`.
const PLURALS: Readonly<Record<string, readonly string[]>> = { ru: ["one", "few", "many", "other"] };
const USUAL_PLURALS = ["one", "other"];
// In French a space that does not break stands before these, so that none of them begins a line.
const BREAKING_SPACES: Readonly<Record<string, RegExp>> = { fr: /\S [:;?!»]|« / };

/** Returns what is wrong with a language beside the English texts: a sentence each. */
export function faultsOf(language: string, texts: Texts, english: Texts, excuses: Excuses): string[] {
  const faults: string[] = [];
  for (const key of Object.keys(english)) {
    if (!Object.hasOwn(texts, key)) faults.push(`${language}: ${key} is missing`);
  }
  for (const [key, text] of Object.entries(texts)) {
    const original = english[key];
    if (original === undefined) {
      faults.push(`${language}: ${key} is not known in English`);
      continue;
    }
    faults.push(...faultsOfText(`${language}: ${key}`, text, original, PLURALS[language] ?? USUAL_PLURALS));
    if (BREAKING_SPACES[language]?.test(text))
      faults.push(`${language}: ${key} has a space before : ; ? ! » or behind « where a line may break`);
    const isSame = text === original && /\p{L}{2}/u.test(withoutArguments(text));
    if (isSame && !excuses[key]) faults.push(`${language}: ${key} reads as in English and no reason is listed`);
    if (!isSame && excuses[key]) faults.push(`${language}: ${key} has a reason to read as in English, and does not`);
  }
  return faults;
}

/** Returns the keys that no source asks for by name or by the beginning of its name. */
export function unusedKeys(keys: readonly string[], sources: readonly string[]): string[] {
  const all = sources.join("\n");
  const named = new Set([...all.matchAll(/["'`]([a-z][\w.-]*\.[\w.-]+)["'`]/gi)].map((match) => match[1]));
  const beginnings = [...all.matchAll(/`([a-z][\w.-]*\.)\$\{/gi)].map((match) => match[1] ?? "");
  return keys.filter(
    (key) =>
      !key.startsWith(FOUND_BY_CODE) && !named.has(key) && !beginnings.some((beginning) => key.startsWith(beginning)),
  );
}

function faultsOfText(place: string, text: string, original: string, plurals: readonly string[]): string[] {
  const faults: string[] = [];
  try {
    const [found, wanted] = [
      argumentsOf(parse(text, { ignoreTag: true })),
      argumentsOf(parse(original, { ignoreTag: true })),
    ];
    const names = [...found.names].sort().join(", ");
    const wantedNames = [...wanted.names].sort().join(", ");
    if (names !== wantedNames) faults.push(`${place} has the arguments "${names}" instead of "${wantedNames}"`);
    for (const choices of found.plurals) {
      const missing = plurals.filter((plural) => !choices.includes(plural));
      if (missing.length > 0) faults.push(`${place} has no plural ${missing.join(", ")}`);
    }
  } catch (error) {
    faults.push(`${place} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return faults;
}

interface Found {
  readonly names: Set<string>;
  readonly plurals: string[][];
}

function argumentsOf(
  elements: readonly MessageFormatElement[],
  found: Found = { names: new Set(), plurals: [] },
): Found {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound || element.type === TYPE.tag) continue;
    found.names.add(element.value);
    if (element.type !== TYPE.plural && element.type !== TYPE.select) continue;
    if (element.type === TYPE.plural) found.plurals.push(Object.keys(element.options));
    for (const option of Object.values(element.options)) argumentsOf(option.value, found);
  }
  return found;
}

function withoutArguments(text: string): string {
  return text.replaceAll(/\{[^{}]*\}/g, "");
}
