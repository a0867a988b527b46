import { expect, test } from "vitest";
import { quotedText } from "../../lib/filterText";
import { columnId, comparison, fieldOf, orderBy, orderCodec, parseColumn, quotedKey } from "./columns";

test("a column is named so that it is found again, whatever its key", () => {
  for (const key of ["loss", "val loss", "a,b.c", "metrics.loss", "مقياس 🚀"]) {
    const column = { kind: "metric", key } as const;
    expect(parseColumn(columnId(column))).toEqual(column);
  }
  expect(parseColumn("start_time")).toEqual({ kind: "attribute", key: "start_time" });
  expect(parseColumn("nonsense")).toBeNull();
  expect(parseColumn("metrics.")).toBeNull();
});

test("keys stand in quotes where filters need it", () => {
  expect(quotedKey("loss.min")).toBe("loss.min");
  expect(quotedKey("val loss")).toBe("`val loss`");
  expect(quotedKey("system/cpu")).toBe("`system/cpu`");
  expect(quotedKey("a`b")).toBe('"a`b"');
  expect(fieldOf({ kind: "attribute", key: "source" })).toBe("tags.mlflow.source.name");
  expect(fieldOf({ kind: "attribute", key: "duration" })).toBeNull();
});

test("texts stand in quotes that they do not hold", () => {
  expect(quotedText("a")).toBe("'a'");
  expect(quotedText("it's")).toBe('"it\'s"');
  expect(quotedText(`it's "so"`)).toBeNull();
  expect(comparison("params.a", `it's "so"`)).toBe(`params.a LIKE 'it_s "so"'`);
  expect(comparison("params.a", null)).toBe("params.a IS NULL");
});

test("an order is the server's, by the value that is shown", () => {
  expect(orderBy(null, "last")).toEqual([]);
  expect(orderBy({ column: "metrics.loss", isDescending: false }, "min")).toEqual(["metrics.loss.min ASC"]);
  expect(orderBy({ column: "metrics.val loss", isDescending: true }, "min")).toEqual(["metrics.`val loss` DESC"]);
  expect(orderBy({ column: "params.lr", isDescending: true }, "min")).toEqual(["params.lr DESC"]);
  expect(orderBy({ column: "duration", isDescending: true }, "last")).toEqual([]);
});

test("an order goes into the address and comes back", () => {
  const order = { column: "metrics.loss", isDescending: true };
  expect(orderCodec.format(order)).toBe("-metrics.loss");
  expect(orderCodec.parse("-metrics.loss")).toEqual(order);
  expect(orderCodec.parse("drop table")).toBeNull();
});
