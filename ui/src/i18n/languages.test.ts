import { expect, test } from "vitest";
import { chosenLanguage, localeOf } from "./languages";

test("what was chosen comes first, then the address, then the browser", () => {
  expect(chosenLanguage("fr", "ru", ["pt-BR"])).toBe("fr");
  expect(chosenLanguage(null, "ru", ["pt-BR"])).toBe("ru");
  expect(chosenLanguage(null, null, ["de", "pt-BR", "fr"])).toBe("pt");
});

test("who asks for nothing that is there gets English", () => {
  expect(chosenLanguage("xx", "<script>", ["de"])).toBe("en");
});

test("numbers are written as in the reader's country", () => {
  expect(localeOf("en", ["en-GB", "en"])).toBe("en-GB");
  expect(localeOf("pt", ["ru"])).toBe("pt-BR");
  expect(localeOf("pseudo", ["fr"])).toBe("en");
});
