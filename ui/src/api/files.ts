import { faultOf, faultOfSilence, type ServerError } from "./failures";
import { goToLogin } from "./login";

/** Part of a file. */
export interface FilePart {
  readonly bytes: ArrayBuffer;
  /** How long the whole file is. */
  readonly size: number;
}

const TOTAL = /\/(\d+)$/;
const OUT_OF_RANGE = 416;

/**
 * Fetches a part of a file.
 *
 * @param address Where it is; see `fileAddress`.
 * @param start First byte.
 * @param end Behind the last byte; more than there is means up to the end.
 * @param signal Gives it up.
 * @throws ServerError The server refused, or did not answer.
 */
export async function fetchPart(address: string, start: number, end: number, signal?: AbortSignal): Promise<FilePart> {
  const answer = await fetched(address, { headers: { Range: `bytes=${start}-${end - 1}` }, signal: signal ?? null });
  // An empty file has no part.
  if (answer.status === OUT_OF_RANGE) {
    return { bytes: new ArrayBuffer(0), size: Number(TOTAL.exec(answer.headers.get("content-range") ?? "")?.[1] ?? 0) };
  }
  if (!answer.ok) throw await refused(answer);
  const bytes = await read(answer, signal);
  const total = TOTAL.exec(answer.headers.get("content-range") ?? "")?.[1];
  if (answer.status === 206 && total !== undefined) return { bytes, size: Number(total) };
  // A proxy that knows no parts sends the whole.
  return { bytes: bytes.slice(start, end), size: bytes.byteLength };
}

/**
 * Fetches a whole file.
 *
 * @throws ServerError The server refused, or did not answer.
 */
export async function fetchFile(address: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const answer = await fetched(address, { signal: signal ?? null });
  if (!answer.ok) throw await refused(answer);
  return read(answer, signal);
}

async function fetched(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw faultOfSilence(error);
  }
}

async function read(answer: Response, signal: AbortSignal | undefined): Promise<ArrayBuffer> {
  try {
    return await answer.arrayBuffer();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw faultOfSilence(error);
  }
}

async function refused(answer: Response): Promise<ServerError> {
  if (answer.status === 401) goToLogin();
  return faultOf(answer);
}
