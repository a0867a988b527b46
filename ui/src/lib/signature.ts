/** One thing that goes into a model or comes out of it. */
export interface SignatureField {
  /** Its name; null for a thing without one, such as the only output. */
  readonly name: string | null;
  /** Its type as people write it: `double`, `float32 (-1, 28, 28)`, `array<string>`. */
  readonly type: string;
  readonly isRequired: boolean;
  /** What it is if it is not given; null if that is not said. Of parameters alone. */
  readonly usual: string | null;
}

/** What goes into a model and what comes out of it. */
export interface Signature {
  readonly inputs: readonly SignatureField[];
  readonly outputs: readonly SignatureField[];
  readonly params: readonly SignatureField[];
}

type Fields = Readonly<Record<string, unknown>>;

const UNKNOWN = "?";
const DEEPEST = 6;

/** Reads a signature as MLflow writes it; what cannot be read in it has the type `?`. */
export function readSignature(signature: Fields): Signature {
  return {
    inputs: fieldsOf(signature.inputs),
    outputs: fieldsOf(signature.outputs),
    params: fieldsOf(signature.params),
  };
}

function fieldsOf(part: unknown): SignatureField[] {
  return (Array.isArray(part) ? part : []).map((item: unknown) => {
    const fields = isFields(item) ? item : {};
    return {
      name: typeof fields.name === "string" && fields.name !== "" ? fields.name : null,
      type: typeOf(fields, 0),
      // Where it is not said, as before MLflow 2.5, everything is required.
      isRequired: !Object.hasOwn(fields, "default") && fields.required !== false && fields.optional !== true,
      usual: Object.hasOwn(fields, "default") ? JSON.stringify(fields.default) : null,
    };
  });
}

function typeOf(fields: Fields, depth: number): string {
  if (depth > DEEPEST) return "…";
  const { type } = fields;
  const shape = Array.isArray(fields.shape) ? `(${fields.shape.join(", ")})` : "";
  if (type === "tensor") return tensorOf(fields["tensor-spec"]);
  if (type === "array") return `array<${inner(fields.items, depth)}>`;
  if (type === "map") return `map<${inner(fields.values, depth)}>`;
  if (type === "object") return objectOf(fields.properties, depth);
  if (typeof type !== "string") return UNKNOWN;
  return shape === "" ? type : `${type} ${shape}`;
}

function tensorOf(spec: unknown): string {
  if (!isFields(spec)) return "tensor";
  const shape = Array.isArray(spec.shape) ? ` (${spec.shape.join(", ")})` : "";
  return `${typeof spec.dtype === "string" ? spec.dtype : "tensor"}${shape}`;
}

function objectOf(properties: unknown, depth: number): string {
  if (!isFields(properties)) return "object";
  const inside = Object.entries(properties).map(([name, property]) => {
    const isOptional = isFields(property) && property.required === false;
    return `${name}${isOptional ? "?" : ""}: ${inner(property, depth)}`;
  });
  return `{${inside.join(", ")}}`;
}

function inner(fields: unknown, depth: number): string {
  return isFields(fields) ? typeOf(fields, depth + 1) : UNKNOWN;
}

function isFields(item: unknown): item is Fields {
  return typeof item === "object" && item !== null && !Array.isArray(item);
}
