import { english, type Texts } from "./english";
import type { Language } from "./languages";

const LOADERS: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => english,
  ru: async () => (await import("./ru")).default,
  pt: async () => (await import("./pt")).default,
  fr: async () => (await import("./fr")).default,
  pseudo: async () => (await import("./pseudo")).pseudoTexts(english),
};

/** Fetches the texts of a language. */
export function loadTexts(language: Language): Promise<Texts> {
  return LOADERS[language]();
}
