import { afterEach, expect, test, vi } from "vitest";
import { fetchFile, fetchPart } from "./files";

afterEach(() => vi.unstubAllGlobals());

function answering(answer: Response): void {
  vi.stubGlobal("fetch", async () => answer);
}

test("a part says how long the whole file is", async () => {
  answering(new Response("cde", { status: 206, headers: { "content-range": "bytes 2-4/10" } }));
  const { bytes, size } = await fetchPart("/file", 2, 5);
  expect([new TextDecoder().decode(bytes), size]).toEqual(["cde", 10]);
});

test("where the whole comes instead of a part, the part is taken out of it", async () => {
  answering(new Response("abcdefghij"));
  const { bytes, size } = await fetchPart("/file", 2, 5);
  expect([new TextDecoder().decode(bytes), size]).toEqual(["cde", 10]);
});

test("an empty file has an empty part", async () => {
  answering(new Response("", { status: 416, headers: { "content-range": "bytes */0" } }));
  expect(await fetchPart("/file", 0, 5)).toMatchObject({ size: 0 });
});

test("a refusal is told by its code", async () => {
  answering(new Response('{"code": "artifact.not_found", "message": "Gone"}', { status: 404 }));
  await expect(fetchFile("/file")).rejects.toMatchObject({ code: "artifact.not_found", status: 404 });
});
