/** What may stand for an argument of a text. */
export type TextValue = string | number | boolean | Date;

/**
 * Names of the arguments that a text in ICU's message syntax has, read by the compiler.
 *
 * It goes from brace to brace. In a text a brace opens an argument; in an argument it opens one branch of a plural or
 * a choice, which is a text again. `Depth` is as long as braces are open, so that an even one means text.
 */
export type ArgumentNames<Message extends string> = Message extends string ? InText<Message, []> : never;

type InText<Rest extends string, Depth extends 0[], Found extends string = never> =
  NextBrace<Rest> extends [infer Brace, infer After extends string]
    ? Brace extends "{"
      ? After extends `${infer Inner}}${infer Behind}`
        ? Inner extends `${infer Name},${string}`
          ? After extends `${infer _Name},${infer Branches}`
            ? InArgument<Branches, [...Depth, 0], Found | Trimmed<Name>>
            : Found
          : InText<Behind, Depth, Found | Trimmed<Inner>>
        : Found
      : InArgument<After, Shorter<Depth>, Found>
    : Found;

type InArgument<Rest extends string, Depth extends 0[], Found extends string> =
  NextBrace<Rest> extends [infer Brace, infer After extends string]
    ? Brace extends "{"
      ? InText<After, [...Depth, 0], Found>
      : InText<After, Shorter<Depth>, Found>
    : Found;

type NextBrace<Rest extends string> = Rest extends `${infer Before}{${infer After}`
  ? Before extends `${string}}${string}`
    ? Rest extends `${string}}${infer Behind}`
      ? ["}", Behind]
      : null
    : ["{", After]
  : Rest extends `${string}}${infer Behind}`
    ? ["}", Behind]
    : null;

type Shorter<Depth extends 0[]> = Depth extends [0, ...infer Rest extends 0[]] ? Rest : [];

type Trimmed<Text extends string> = Text extends ` ${infer Rest}` | `${infer Rest} ` ? Trimmed<Rest> : Text;
