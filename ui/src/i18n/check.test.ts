import { expect, test } from "vitest";
import { faultsOf, unusedKeys } from "./check";
import { english } from "./english";
import fr from "./fr";
import errors from "./parts/errors.en";
import errorsFr from "./parts/errors.fr.json";
import errorsPt from "./parts/errors.pt.json";
import errorsRu from "./parts/errors.ru.json";
import pt from "./pt";
import ru from "./ru";

type Reasons = Readonly<Record<string, Readonly<Record<string, string>>>>;

const EXCUSES = Object.values(import.meta.glob<Reasons>("./parts/*.same.json", { eager: true, import: "default" }));
const SOURCES = Object.entries(
  import.meta.glob<string>(["../**/*.ts", "../**/*.tsx", "!../**/*.test.ts", "!./parts/**"], {
    eager: true,
    query: "?raw",
    import: "default",
  }),
).map(([, text]) => text);

test.each([
  ["ru", { ...ru, ...errorsRu }],
  ["pt", { ...pt, ...errorsPt }],
  ["fr", { ...fr, ...errorsFr }],
])("%s is complete, reads in its own words and has the arguments and plurals it needs", (language, texts) => {
  const excuses = Object.assign({}, ...EXCUSES.map((reasons) => reasons[language]));
  expect(faultsOf(language, texts, { ...english, ...errors }, excuses)).toEqual([]);
});

test("every text is used", () => {
  expect(unusedKeys(Object.keys(english), SOURCES)).toEqual([]);
});

test("what is wrong with a text is found", () => {
  const original = { a: "Runs of {name}", b: "{count, plural, one {# run} other {# runs}}", c: "Model", d: "Bin" };
  const texts = { a: "Запуски {nom}", b: "{count, plural, one {# запуск} other {# запуска}}", c: "Model", e: "x" };
  expect(faultsOf("ru", texts, original, {})).toEqual([
    "ru: d is missing",
    'ru: a has the arguments "nom" instead of "name"',
    "ru: b has no plural few, many",
    "ru: c reads as in English and no reason is listed",
    "ru: e is not known in English",
  ]);
  expect(faultsOf("ru", { c: "Model" }, { c: "Model" }, { c: "A name" })).toEqual([]);
  expect(faultsOf("fr", { c: "Modèle : {name}" }, { c: "Model: {name}" }, {})[0]).toMatch(/line may break/);
  expect(faultsOf("fr", { c: "Modèle\u00A0: {name}" }, { c: "Model: {name}" }, {})).toEqual([]);
  expect(faultsOf("fr", { c: "{broken" }, { c: "Model" }, {})[0]).toMatch(/cannot be read/);
});

test("a key counts as used by its name and by the beginning of it", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a file.
  expect(unusedKeys(["a.b", "state.on", "errors.x", "c.d"], ['t("a.b")', "t(`state.${state}`)"])).toEqual(["c.d"]);
});
