import { expect, test } from "vitest";
import { toCsv } from "./csv";

test("quotes, commas and line ends stay in their cell", () => {
  expect(
    toCsv(
      ["a", "b"],
      [
        ['say "hi"', "1,2"],
        ["x\ny", null],
      ],
    ),
  ).toBe('\uFEFFa,b\r\n"say ""hi""","1,2"\r\n"x\ny",\r\n');
});

test("nobody's parameter becomes a formula, and numbers stay numbers", () => {
  expect(toCsv(["v"], [["=cmd()"], ["-0.5"], [-3], ["+x"]])).toBe("\uFEFFv\r\n'=cmd()\r\n-0.5\r\n-3\r\n'+x\r\n");
});
