import { IntlMessageFormat } from "intl-messageformat";
import type { english, TextKey, Texts } from "./english";
import type { ArgumentNames, TextValue } from "./messageTypes";

type Arguments<Key extends TextKey> = ArgumentNames<(typeof english)[Key]>;

/** What a text needs beside its name: nothing, or a value for each of its arguments. */
export type ValuesOf<Key extends TextKey> = [Arguments<Key>] extends [never]
  ? []
  : [values: Readonly<Record<Arguments<Key>, TextValue>>];

/** Names of the texts that need no value. */
export type PlainTextKey = { [Key in TextKey]: [Arguments<Key>] extends [never] ? Key : never }[TextKey];

/** Returns a text of the page in the reader's language. */
export type Translate = <Key extends TextKey>(key: Key, ...values: ValuesOf<Key>) => string;

/** Returns a text whose name is known only when the page runs; null if there is none, or a value of it is missing. */
export type FindText = (key: string, values?: Readonly<Record<string, TextValue | null>>) => string | null;

/** Both ways to texts. */
export interface Translator {
  readonly t: Translate;
  readonly find: FindText;
}

/**
 * Makes what gives out the texts of one language.
 *
 * @param texts The texts.
 * @param locale How numbers, dates and plurals go.
 */
export function createTranslator(texts: Texts, locale: string): Translator {
  const formats = new Map<string, IntlMessageFormat>();

  function formatted(key: string, text: string, values: Readonly<Record<string, TextValue | null>>): string {
    if (!text.includes("{") && !text.includes("'")) return text;
    let format = formats.get(key);
    if (format === undefined) {
      format = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
      formats.set(key, format);
    }
    return String(format.format(values));
  }

  function t(key: string, values: Readonly<Record<string, TextValue>> = {}): string {
    return formatted(key, texts[key] ?? key, values);
  }

  return {
    // What it takes beside the key depends on the text, which the compiler checks where it is called.
    t: t as Translate,
    find: (key, values = {}) => {
      const text = Object.hasOwn(texts, key) ? texts[key] : undefined;
      if (text === undefined) return null;
      try {
        return formatted(key, text, values);
      } catch {
        // A value that the text speaks of was not sent along.
        return null;
      }
    },
  };
}
