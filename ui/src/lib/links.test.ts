import { expect, test } from "vitest";
import { linkTarget } from "./links";

test.each([
  ["https://example.com/a?b", { kind: "outside", address: "https://example.com/a?b" }],
  ["mailto:a@example.com", { kind: "outside", address: "mailto:a@example.com" }],
  ["plots/loss%20curve.png?raw=1#top", { kind: "beside", path: "plots/loss curve.png" }],
  ["../50%.png", { kind: "beside", path: "../50%.png" }],
  ["data:image/png;base64,AAAA", { kind: "data", address: "data:image/png;base64,AAAA" }],
])("%s leads somewhere", (link, target) => {
  expect(linkTarget(link)).toEqual(target);
});

test.each([
  "javascript:alert(1)",
  "java\nscript:alert(1)",
  " JAVASCRIPT:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "data:image/svg+xml;base64,AAAA",
  "vbscript:x",
  "file:///etc/passwd",
  "//example.com/x.png",
  "/api/2.0/mlflow/runs/delete",
  "\\\\host\\share",
  "#top",
  "?a=1",
  "",
])("%s leads nowhere", (link) => {
  expect(linkTarget(link)).toEqual({ kind: "none" });
});
