import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { Texts } from "./english";
import { type Language, localeOf } from "./languages";
import { loadFaultTexts, loadTexts } from "./load";
import { createTranslator, type FindText, type Translator } from "./translate";

/** What pages say their texts with. */
export interface Translation extends Translator {
  readonly language: Language;
  /** Name of the language and country by which `Intl` writes numbers and dates. */
  readonly locale: string;
  /** Shows everything in another language, as soon as its texts are there. */
  readonly setLocale: (language: Language) => void;
}

const OF_FAULTS = "errors.";
// By then what the reader did first is mostly answered: its answer is not to wait for these texts.
const PAUSE = 2_000;

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
  const [faults, needFaults] = useFaultTexts(shown.language);
  const translation = useMemo(() => {
    const locale = localeOf(shown.language, navigator.languages);
    const { t, find } = createTranslator(faults === null ? shown.texts : { ...shown.texts, ...faults }, locale);
    const findFault: FindText = (key, values) => {
      if (faults === null && key.startsWith(OF_FAULTS)) needFaults();
      return find(key, values);
    };
    return { t, find: findFault, language: shown.language, locale, setLocale };
  }, [shown, faults, needFaults, setLocale]);
  useEffect(() => {
    document.documentElement.lang = translation.locale;
  }, [translation.locale]);
  return <TranslationContext value={translation}>{children}</TranslationContext>;
}

/**
 * Returns what is said of faults in a language, and what fetches it when a fault comes.
 *
 * It is also fetched soon after the reader first did something: what is refused later is told in her language at once,
 * even if the server is gone by then.
 */
function useFaultTexts(language: Language): [Texts | null, () => void] {
  const [loaded, setLoaded] = useState<{ readonly language: Language; readonly texts: Texts } | null>(null);
  const asked = useRef<Language | null>(null);
  const need = useCallback(() => {
    if (asked.current === language) return;
    asked.current = language;
    loadFaultTexts(language).then(
      (texts) => setLoaded({ language, texts }),
      // The server's own sentences stand for them, until it is there again.
      () => {
        asked.current = null;
      },
    );
  }, [language]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const needSoon = () => {
      timer ??= setTimeout(need, PAUSE);
    };
    addEventListener("pointerdown", needSoon, { once: true });
    addEventListener("keydown", needSoon, { once: true });
    return () => {
      clearTimeout(timer);
      removeEventListener("pointerdown", needSoon);
      removeEventListener("keydown", needSoon);
    };
  }, [need]);
  return [loaded?.language === language ? loaded.texts : null, need];
}

/** Returns the texts of the reader's language, and how numbers and dates go in it. */
export function useTranslation(): Translation {
  const translation = useContext(TranslationContext);
  if (translation === null) throw new Error("useTranslation is used outside of LanguageProvider");
  return translation;
}
