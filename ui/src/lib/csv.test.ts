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
  expect(toCsv(["v"], [["=cmd()"], [-3], ["+x"]])).toBe("\uFEFFv\r\n'=cmd()\r\n-3\r\n'+x\r\n");
  expect(toCsv(["v", "w"], [["x", "-0.5"]])).toBe("\uFEFFv,w\r\nx,-0.5\r\n");
});

test("nor does it where semicolons part the cells", () => {
  const dangerous = ["a;=cmd()", "a; @sum(1)", 'a;"=cmd()"', "a\n=cmd()", "a,\t+cmd()", "1;-2+cmd()", "1;-2"];
  const cells = toCsv(
    ["v", "w"],
    dangerous.map((text) => ["x", text]),
  ).split(/[;\t\r\n]+/);
  expect(cells.filter((cell) => /^[\s"]*[=+\-@]/.test(cell))).toEqual([]);
  expect(toCsv(["v"], [["-0.5"]])).toBe("\uFEFFv\r\n'-0.5\r\n");
});

test("numbers in a list stay numbers, and so does a hyphen in a text", () => {
  expect(toCsv(["v", "w"], [["x", "1;-2;3e-5"]])).toBe("\uFEFFv,w\r\nx,1;-2;3e-5\r\n");
  expect(toCsv(["v", "w"], [["x", "a-b; c"]])).toBe("\uFEFFv,w\r\nx,a-b; c\r\n");
});
