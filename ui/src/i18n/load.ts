import type { Texts } from "./english";
import type { Language } from "./languages";

type Loaders = Readonly<Record<Language, () => Promise<Texts>>>;

const LOADERS: Loaders = {
  en: async () => (await import("./english")).english,
  ru: async () => (await import("./ru")).default,
  pt: async () => (await import("./pt")).default,
  fr: async () => (await import("./fr")).default,
  pseudo: async () => (await import("./pseudo")).pseudoTexts(await LOADERS.en()),
};

const FAULT_LOADERS: Loaders = {
  en: async () => (await import("./parts/errors.en")).default,
  ru: async () => (await import("./parts/errors.ru.json")).default,
  pt: async () => (await import("./parts/errors.pt.json")).default,
  fr: async () => (await import("./parts/errors.fr.json")).default,
  pseudo: async () => (await import("./pseudo")).pseudoTexts(await FAULT_LOADERS.en()),
};

/** Fetches the texts of a language, without those of faults. */
export function loadTexts(language: Language): Promise<Texts> {
  return LOADERS[language]();
}

/** Fetches what is said of faults in a language: there are many, and of most nobody hears. */
export function loadFaultTexts(language: Language): Promise<Texts> {
  return FAULT_LOADERS[language]();
}
