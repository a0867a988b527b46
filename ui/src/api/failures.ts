/** What a text about a fault may speak of. */
export type FaultValues = Readonly<Record<string, string | number | null>>;

/** An answer by which the server refused, or that never came. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  /** Stable dotted name of the fault; `network` where no answer came. */
  readonly code: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly values: FaultValues;

  constructor(code: string, message: string, status: number, values: FaultValues = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.values = values;
  }
}

/** Returns the fault that an answer tells of. */
export async function faultOf(answer: Response): Promise<ServerError> {
  const content = await contentOf(answer);
  const code = textIn(content, "code") ?? `http.${answer.status}`;
  const message = textIn(content, "message") ?? `${answer.status} ${answer.statusText}`;
  return new ServerError(code, message, answer.status, valuesIn(content));
}

/** Returns the fault of a request to which no answer came. */
export function faultOfSilence(error: unknown): ServerError {
  return new ServerError("network", error instanceof Error ? error.message : String(error), 0);
}

async function contentOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    // What stands between server and browser answers in its own way.
    return null;
  }
}

function textIn(content: unknown, name: string): string | undefined {
  const value = isRecord(content) ? content[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

function valuesIn(content: unknown): FaultValues {
  const values = isRecord(content) ? content.values : undefined;
  return isRecord(values) ? (values as FaultValues) : {};
}

function isRecord(content: unknown): content is Record<string, unknown> {
  return typeof content === "object" && content !== null;
}
