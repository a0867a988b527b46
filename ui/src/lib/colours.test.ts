import { expect, test } from "vitest";
import { colourNumber, colourOf, DATA_COLOURS, distinctColours } from "./colours";
import { hashOf } from "./hash";

const IDS = Array.from({ length: 3000 }, (_, place) => hashOf(`run ${place}`).toString(16).padStart(32, "0"));

test("a run has the same colour each time", () => {
  expect(colourNumber("0f1c9a6f")).toBe(colourNumber("0f1c9a6f"));
  expect(colourOf("0f1c9a6f")).toMatch(/^var\(--data-\d+\)$/);
});

test("colours are used alike", () => {
  const uses = new Map<number, number>();
  for (const id of IDS) uses.set(colourNumber(id), (uses.get(colourNumber(id)) ?? 0) + 1);
  expect(uses.size).toBe(DATA_COLOURS);
  for (const count of uses.values()) expect(count).toBeGreaterThan(IDS.length / DATA_COLOURS / 2);
});

test("as many runs as there are colours have one each, and the first its own", () => {
  const numbers = distinctColours(IDS.slice(0, DATA_COLOURS));
  expect(new Set(numbers.values()).size).toBe(DATA_COLOURS);
  expect(numbers.get(IDS[0] ?? "")).toBe(colourNumber(IDS[0] ?? ""));
});
