import { chosenLanguage, type Language } from "../i18n";
import { keep, readKept } from "./kept";

const NAME = "language";

/** Returns the language to begin with. */
export function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get("lang");
  return chosenLanguage(readKept(NAME), asked, navigator.languages);
}

/** Keeps a choice. */
export function keepLanguage(language: Language): void {
  keep(NAME, language);
}
