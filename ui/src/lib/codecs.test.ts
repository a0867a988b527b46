import { expect, test } from "vitest";
import { choiceCodec, flagCodec, listCodec, numberCodec, textCodec } from "./codecs";

test("what is usual is not written", () => {
  expect(textCodec("a").format("a")).toBeNull();
  expect(choiceCodec(["table", "charts"], "table").format("table")).toBeNull();
  expect(numberCodec(3).format(3)).toBeNull();
  expect(flagCodec(true).format(true)).toBeNull();
  expect(listCodec.format([])).toBeNull();
});

test("what somebody wrote into the address by hand does no harm", () => {
  expect(choiceCodec(["table", "charts"], "table").parse("<script>")).toBe("table");
  expect(numberCodec(3).parse("NaN")).toBe(3);
  expect(numberCodec(3).parse("")).toBe(3);
  expect(flagCodec().parse("yes")).toBe(false);
});

test.each([[["a", "b,c", "100%", "%2C", "é🙂"]], [["x"]]])("the list %j comes back", (list) => {
  expect(listCodec.parse(listCodec.format(list))).toEqual(list);
});
