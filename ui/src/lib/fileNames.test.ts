import { expect, test } from "vitest";
import { fileName } from "./fileNames";

test("a file is named after what it holds, without signs that file systems refuse", () => {
  expect(fileName("train/loss: a?", "csv")).toBe("train_loss_a.csv");
  expect(fileName("../..", "png")).toBe("trialog.png");
  expect(fileName("точность", "png")).toBe("точность.png");
  expect(fileName("x".repeat(500), "csv").length).toBe(104);
});
