import { type Fields, filledPath, queryOf, serverAddress } from "./address";
import { CSRF_HEADER, csrfToken, forgetCsrfToken } from "./csrf";
import { faultOf, faultOfSilence, ServerError } from "./failures";
import { goToLogin } from "./login";
import { type Operation, type Operations, routes } from "./schema";
import { WORKSPACE_HEADER, workspaceEntered } from "./workspace";

const JSON_TYPE = "application/json";
const MALFORMED = "malformed_answer";
// From a workspace that is gone, one must still see which there are.
const OUTSIDE: ReadonlySet<Operation> = new Set(["list_workspaces", "server_info"]);

/** What an operation asks. */
export type RequestOf<Name extends Operation> = Operations[Name]["request"];

/** What an operation answers. */
export type ResponseOf<Name extends Operation> = Operations[Name]["response"];

/** How a request is sent. */
export interface CallOptions {
  /** Gives it up. */
  readonly signal?: AbortSignal;
}

/**
 * Asks the server.
 *
 * @param operation What is asked for, by the name that the route table has for it.
 * @param request What exactly.
 * @param options How.
 * @throws ServerError The server refused, or did not answer.
 */
export async function call<Name extends Operation>(
  operation: Name,
  request: RequestOf<Name>,
  options: CallOptions = {},
): Promise<ResponseOf<Name>> {
  const answer = await send(operation, request, JSON_TYPE, options);
  try {
    return (await answer.json()) as ResponseOf<Name>;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ServerError(MALFORMED, "The answer is no JSON.", answer.status);
  }
}

/** Asks the server as `call` does, for an answer in bytes of a type that the operation has too. */
export async function callForBytes<Name extends Operation>(
  operation: Name,
  request: RequestOf<Name>,
  type: string,
  options: CallOptions = {},
): Promise<ArrayBuffer> {
  const answer = await send(operation, request, type, options);
  return answer.arrayBuffer();
}

async function send(operation: Operation, request: object, accept: string, options: CallOptions): Promise<Response> {
  const [method, template, place] = routes[operation];
  const { path, rest } = filledPath(template, request as Fields);
  const headers: Record<string, string> = { Accept: accept };
  const token = method === "GET" ? null : await csrfToken();
  if (token !== null) headers[CSRF_HEADER] = token;
  const workspace = OUTSIDE.has(operation) ? null : workspaceEntered();
  if (workspace !== null) headers[WORKSPACE_HEADER] = workspace;
  const init: RequestInit = { method, headers, signal: options.signal ?? null };
  if (place === "body") {
    headers["Content-Type"] = JSON_TYPE;
    init.body = JSON.stringify(rest);
  }
  const address = serverAddress(place === "query" ? path + queryOf(rest) : path);
  const answer = await fetched(address, init);
  if (answer.ok) return answer;
  const fault = await faultOf(answer);
  if (fault.status === 401) goToLogin();
  if (fault.code === "auth.csrf") forgetCsrfToken();
  throw fault;
}

async function fetched(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    // Who gave the request up knows it.
    if (init.signal?.aborted) throw error;
    throw faultOfSilence(error);
  }
}
