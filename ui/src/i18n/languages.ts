/** A language that pages are shown in; `pseudo` lengthens the English texts, to find those that do not fit. */
export type Language = "en" | "ru" | "pt" | "fr" | "pseudo";

/** What is known of a language. */
export interface LanguageEntry {
  readonly language: Language;
  /** Its own name for itself. */
  readonly name: string;
  /** How numbers and dates are written, if the browser asks for no country in particular. */
  readonly locale: string;
}

/** The languages among which somebody chooses. */
export const LANGUAGES: readonly LanguageEntry[] = [
  { language: "en", name: "English", locale: "en" },
  { language: "ru", name: "Русский", locale: "ru" },
  { language: "pt", name: "Português", locale: "pt-BR" },
  { language: "fr", name: "Français", locale: "fr" },
];

/**
 * Returns the language to begin with.
 *
 * @param saved What was chosen before.
 * @param asked What the address asks for by `?lang=`.
 * @param accepted What the browser asks for, best first.
 */
export function chosenLanguage(saved: string | null, asked: string | null, accepted: readonly string[]): Language {
  for (const tag of [saved, asked, ...accepted]) {
    const language = tag === null ? undefined : languageOf(tag);
    if (language !== undefined) return language;
  }
  return "en";
}

/** Returns how numbers and dates are written: by the browser's own variant of the language, if it has one. */
export function localeOf(language: Language, accepted: readonly string[]): string {
  if (language === "pseudo") return "en";
  const own = accepted.find((tag) => baseOf(tag) === language);
  return own ?? LANGUAGES.find((entry) => entry.language === language)?.locale ?? "en";
}

function languageOf(tag: string): Language | undefined {
  return tag === "pseudo" ? tag : LANGUAGES.find((entry) => entry.language === baseOf(tag))?.language;
}

function baseOf(tag: string): string {
  return tag.toLowerCase().split("-", 1)[0] ?? "";
}
