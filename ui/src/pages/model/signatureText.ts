import { readSignature, type SignatureField } from "../../lib/signature";

/** Returns what goes into a model and comes out of it as a text by name, for comparing. */
export function signatureText(
  signature: Readonly<Record<string, unknown>> | null | undefined,
): Readonly<Record<string, string>> {
  if (signature == null) return {};
  const { inputs, outputs, params } = readSignature(signature);
  return { ...texts("inputs", inputs), ...texts("outputs", outputs), ...texts("params", params) };
}

function texts(part: string, fields: readonly SignatureField[]): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ name, type, isRequired, usual }, place) => [
      `${part}: ${name ?? place + 1}`,
      usual === null ? `${type}${isRequired ? "" : "?"}` : `${type} = ${usual}`,
    ]),
  );
}
