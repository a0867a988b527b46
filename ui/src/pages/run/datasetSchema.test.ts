import { expect, test } from "vitest";
import { datasetColumns, datasetSource } from "./datasetSchema";

test("columns are read from what clients wrote, and nothing from what they did not", () => {
  const schema = '{"mlflow_colspec": [{"type": "double", "name": "price", "required": true}, {"type": "long"}]}';
  expect(datasetColumns(schema)).toEqual([
    { name: "price", type: "double" },
    { name: "", type: "long" },
  ]);
  expect(datasetColumns('{"mlflow_tensorspec": {}}')).toEqual([]);
  expect(datasetColumns("{broken")).toEqual([]);
  expect(datasetColumns(null)).toEqual([]);
});

test("of a source its place is shown", () => {
  expect(datasetSource('{"uri": "s3://data/prices.csv"}')).toBe("s3://data/prices.csv");
  expect(datasetSource('{"tags": {}}')).toBe('{"tags": {}}');
  expect(datasetSource("somewhere")).toBe("somewhere");
});
