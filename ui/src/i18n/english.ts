import common from "./parts/common.en";
import errors from "./parts/errors.en";
import home from "./parts/home.en";
import shell from "./parts/shell.en";

/** All English texts. Their keys and arguments are what every other language has to have; each room adds its part. */
export const english = { ...common, ...errors, ...home, ...shell } as const;

/** Name of a text. */
export type TextKey = keyof typeof english;

/** Texts by name, in any language. */
export type Texts = Readonly<Record<string, string>>;
