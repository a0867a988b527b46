/** How a piece of state is written in an address: null means that it is as it is without being said. */
export interface Codec<Value> {
  readonly parse: (text: string | null) => Value;
  readonly format: (value: Value) => string | null;
}

/** A text. */
export function textCodec(usual = ""): Codec<string> {
  return { parse: (text) => text ?? usual, format: (value) => (value === usual ? null : value) };
}

/** A text or nothing. */
export const optionalCodec: Codec<string | null> = { parse: (text) => text, format: (value) => value };

/** One of several words; whatever else is written means the usual one. */
export function choiceCodec<Choice extends string>(choices: readonly Choice[], usual: Choice): Codec<Choice> {
  return {
    parse: (text) => choices.find((choice) => choice === text) ?? usual,
    format: (value) => (value === usual ? null : value),
  };
}

/** A finite number. */
export function numberCodec(usual: number): Codec<number> {
  return {
    parse: (text) => (text === null || text.trim() === "" || !Number.isFinite(Number(text)) ? usual : Number(text)),
    format: (value) => (value === usual ? null : String(value)),
  };
}

/** Yes or no. */
export function flagCodec(usual = false): Codec<boolean> {
  return {
    parse: (text) => (text === null ? usual : text === "1"),
    format: (value) => (value === usual ? null : value ? "1" : "0"),
  };
}

/** Several texts, which may hold anything: commas in them are escaped. */
export const listCodec: Codec<readonly string[]> = {
  parse: (text) => (text === null || text === "" ? [] : text.split(",").map(unescaped)),
  format: (value) => (value.length === 0 ? null : value.map(escaped).join(",")),
};

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll(",", "%2C");
}

function unescaped(text: string): string {
  return text.replaceAll("%2C", ",").replaceAll("%25", "%");
}
