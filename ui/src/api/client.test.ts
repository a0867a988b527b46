import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { call } from "./client";
import { forgetCsrfToken } from "./csrf";
import { ServerError } from "./failures";
import { enterWorkspace } from "./workspace";

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly csrf: string | string[] | undefined;
  readonly workspace?: string | string[];
  readonly body: string;
}

const PREFIX = "/ml";
const asked: Asked[] = [];
const gone: string[] = [];
let answer: readonly [number, string] = [200, "{}"];
let server: Server;
let hasAccounts = false;

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const piece of request) body += piece;
  if (request.url === `${PREFIX}/login/session`) {
    response.end(JSON.stringify({ username: "ana", is_admin: false, csrf_token: "token" }));
    return;
  }
  const workspace = request.headers["x-mlflow-workspace"];
  asked.push({
    method: request.method,
    url: request.url,
    csrf: request.headers["x-trialog-csrf"],
    ...(workspace === undefined ? {} : { workspace }),
    body,
  });
  response.statusCode = answer[0];
  response.end(answer[1]);
}

beforeAll(async () => {
  server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  // What a page has and Node has not.
  vi.stubGlobal("document", {
    baseURI: `${base}${PREFIX}/`,
    querySelector: () => ({ content: hasAccounts ? "yes" : "no" }),
  });
  vi.stubGlobal("location", { pathname: `${PREFIX}/runs/a`, search: "?x=1", assign: (to: string) => gone.push(to) });
  const plain = globalThis.fetch;
  vi.stubGlobal("fetch", (path: string, init?: RequestInit) => plain(new URL(path, base), init));
});

afterAll(() => {
  server.close();
  vi.unstubAllGlobals();
});

beforeEach(() => {
  asked.length = 0;
  gone.length = 0;
  hasAccounts = false;
  answer = [200, "{}"];
  forgetCsrfToken();
});

test("a question goes into the address, below the prefix", async () => {
  answer = [200, '{"run": {}}'];
  expect(await call("get_run", { run_id: "a b" })).toEqual({ run: {} });
  expect(asked).toEqual([{ method: "GET", url: "/ml/api/2.0/mlflow/runs/get?run_id=a+b", csrf: undefined, body: "" }]);
});

test("a change goes into the body, with the token of the login where there are accounts", async () => {
  await call("delete_run", { run_id: "a" });
  expect(asked[0]?.csrf).toBeUndefined();
  forgetCsrfToken();
  hasAccounts = true;
  await call("delete_run", { run_id: "a" });
  expect(asked[1]).toEqual({
    method: "POST",
    url: "/ml/api/2.0/mlflow/runs/delete",
    csrf: "token",
    body: '{"run_id":"a"}',
  });
});

test("every request names the workspace that was entered, but the one that asks which there are", async () => {
  enterWorkspace("team-a");
  try {
    await call("get_run", { run_id: "a" });
    await call("delete_run", { run_id: "a" });
    await call("list_workspaces", {});
  } finally {
    enterWorkspace(null);
  }
  expect(asked.map(({ workspace }) => workspace)).toEqual(["team-a", "team-a", undefined]);
});

test("a refusal tells code, status and values", async () => {
  answer = [404, '{"error_code": "X", "message": "No run.", "code": "run.not_found", "values": {"run_id": "a"}}'];
  await expect(call("get_run", { run_id: "a" })).rejects.toMatchObject({
    code: "run.not_found",
    status: 404,
    message: "No run.",
    values: { run_id: "a" },
  });
});

test("what a proxy answers in its own way is a refusal too, and a page of HTML no answer", async () => {
  answer = [502, "<html>Bad gateway</html>"];
  await expect(call("get_run", { run_id: "a" })).rejects.toMatchObject({ code: "http.502", status: 502 });
  answer = [200, "<html>Please log in to the network.</html>"];
  await expect(call("get_run", { run_id: "a" })).rejects.toMatchObject({ code: "malformed_answer" });
});

test("who is not logged in any more is led to the login, and back afterwards", async () => {
  answer = [401, '{"error_code": "UNAUTHENTICATED", "message": "No.", "code": "auth.unauthenticated"}'];
  await expect(call("get_run", { run_id: "a" })).rejects.toBeInstanceOf(ServerError);
  expect(gone).toEqual(["/ml/login?next=%2Fml%2Fruns%2Fa%3Fx%3D1"]);
});

test("who gives a request up is told nothing about the network", async () => {
  const control = new AbortController();
  control.abort();
  await expect(call("get_run", { run_id: "a" }, { signal: control.signal })).rejects.not.toBeInstanceOf(ServerError);
});
