import { expect, test } from "vitest";
import { createCsvReader, delimiterOf } from "./csvReader";

function read(text: string, pieces = 1, delimiter = ","): string[][] {
  const reader = createCsvReader(delimiter);
  const length = Math.ceil(text.length / pieces);
  const rows: string[][] = [];
  for (let place = 0; place < text.length; place += length)
    rows.push(...reader.push(text.slice(place, place + length)));
  return [...rows, ...reader.end()];
}

const TABLE = 'a,b\r\n1,"two, ""and"" three"\r\n"line\nbreak",\n\nlast,row';
const ROWS = [
  ["a", "b"],
  ["1", 'two, "and" three'],
  ["line\nbreak", ""],
  ["last", "row"],
];

test.each([1, 2, 5, 60])("a table reads the same in %d pieces", (pieces) => {
  expect(read(TABLE, pieces)).toEqual(ROWS);
});

test("a quote inside a value is a sign like others, and one that is never closed loses nothing", () => {
  expect(read('5" pipe,x')).toEqual([['5" pipe', "x"]]);
  expect(read('a,"open\nend')).toEqual([["a", "open\nend"]]);
});

test("values are separated by what their first line has most of", () => {
  expect(delimiterOf("a;b;c\n1,5;2;3", "csv")).toBe(";");
  expect(delimiterOf('"x,y,z"\tb', "txt")).toBe("\t");
  expect(delimiterOf("one", "csv")).toBe(",");
  expect(delimiterOf("a,b", "tsv")).toBe("\t");
});
