import { expect, test } from "vitest";
import { ServerError } from "../api";
import { loadFaultTexts, loadTexts } from "../i18n";
import { createTranslator } from "../i18n/translate";
import { describeFailure, isNotFound } from "./failures";

const english = createTranslator({ ...(await loadTexts("en")), ...(await loadFaultTexts("en")) }, "en");
const russian = createTranslator({ ...(await loadTexts("ru")), ...(await loadFaultTexts("ru")) }, "ru");

test("a fault is told in the reader's language, by its code", () => {
  const fault = new ServerError("run.not_found", "No run.", 404, { run_id: "a" });
  expect(describeFailure(fault, english.find)).toEqual({
    text: "There is no such run. It may have been removed for good.",
    code: "run.not_found",
  });
  expect(describeFailure(fault, russian.find).text).toMatch(/запуска/);
});

test("a fault without a text is told in the server's words, and said to be so where these are foreign", () => {
  const fault = new ServerError("new.fault", "Of the {odd} 'kind'.", 400);
  expect(describeFailure(fault, english.find).text).toBe("Of the {odd} 'kind'.");
  expect(describeFailure(fault, russian.find).text).toBe("Сервер сообщает (по-английски): Of the {odd} 'kind'.");
  // A text that speaks of a value which was not sent along is none.
  const poor = new ServerError("request.missing_parameter", "Missing value for a parameter.", 400);
  expect(describeFailure(poor, russian.find).text).toContain("Missing value for a parameter.");
});

test("what a proxy answers is told as such, with the status", () => {
  const fault = new ServerError("http.502", "502 Bad Gateway", 502);
  expect(describeFailure(fault, russian.find)).toEqual({ text: expect.stringContaining("HTTP 502"), code: "http.502" });
});

test("a fault of the page itself has no code", () => {
  expect(describeFailure(new TypeError("x is not a function"), english.find)).toEqual({
    text: "x is not a function",
    code: null,
  });
  expect(describeFailure("odd", english.find).text).toBe("odd");
});

test("what is not there, and what could not be, is told from other refusals", () => {
  expect(isNotFound(new ServerError("run.not_found", "", 404))).toBe(true);
  expect(isNotFound(new ServerError("experiment.invalid_id", "", 400))).toBe(true);
  expect(isNotFound(new ServerError("auth.permission_denied", "", 403))).toBe(false);
  expect(isNotFound(new TypeError("odd"))).toBe(false);
});
