/** What a gate measured: whether it let the version through, and the rest by name. */
export interface GateResult {
  /** Null where that is not said. */
  readonly isPassed: boolean | null;
  readonly values: readonly (readonly [string, string])[];
}

const PASSED = "passed";

/** Reads what a gate measured; what holds more than one value is shown as it was written. */
export function readGate(gate: Readonly<Record<string, unknown>>): GateResult {
  const passed = gate[PASSED];
  return {
    isPassed: typeof passed === "boolean" ? passed : null,
    values: Object.entries(gate)
      .filter(([name]) => name !== PASSED || typeof passed !== "boolean")
      .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const),
  };
}
