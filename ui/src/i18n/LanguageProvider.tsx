import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import type { Texts } from "./english";
import { type Language, localeOf } from "./languages";
import { loadTexts } from "./load";
import { createTranslator, type Translator } from "./translate";

/** What pages say their texts with. */
export interface Translation extends Translator {
  readonly language: Language;
  /** Name of the language and country by which `Intl` writes numbers and dates. */
  readonly locale: string;
  /** Shows everything in another language, as soon as its texts are there. */
  readonly setLocale: (language: Language) => void;
}

const TranslationContext = createContext<Translation | null>(null);

/** What the provider begins with. */
export interface LanguageProviderProps {
  readonly language: Language;
  /** The texts of that language. */
  readonly texts: Texts;
  /** Told when somebody chooses another. */
  readonly onChoice: (language: Language) => void;
  readonly children: ReactNode;
}

/** Gives all that is in it the texts of one language. */
export function LanguageProvider({ language, texts, onChoice, children }: LanguageProviderProps) {
  const [shown, setShown] = useState({ language, texts });
  const setLocale = useCallback(
    (next: Language) => {
      onChoice(next);
      // The page stays as it is until the texts are there, and if they cannot be had.
      loadTexts(next).then(
        (loaded) => setShown({ language: next, texts: loaded }),
        () => undefined,
      );
    },
    [onChoice],
  );
  const translation = useMemo(() => {
    const locale = localeOf(shown.language, navigator.languages);
    return { ...createTranslator(shown.texts, locale), language: shown.language, locale, setLocale };
  }, [shown, setLocale]);
  useEffect(() => {
    document.documentElement.lang = translation.locale;
  }, [translation.locale]);
  return <TranslationContext value={translation}>{children}</TranslationContext>;
}

/** Returns the texts of the reader's language, and how numbers and dates go in it. */
export function useTranslation(): Translation {
  const translation = useContext(TranslationContext);
  if (translation === null) throw new Error("useTranslation is used outside of LanguageProvider");
  return translation;
}
