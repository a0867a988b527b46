import { type CallOptions, callForBytes, type RequestOf } from "./client";
import { ServerError } from "./failures";
import type { DamagedCurveMessage } from "./schema";

const TYPE = "application/vnd.trialog.curves";
const MAGIC = "TRIALOG1";
const HEADER_PLACE = 16;
const NUMBER_BYTES = 8;

/** One metric of one run, thinned to what a chart has room for. */
export interface Curve {
  readonly runId: string;
  readonly key: string;
  /** How many points the metric has in the range that was asked for. */
  readonly total: number;
  /** Whether some of them are left out. */
  readonly isThinned: boolean;
  readonly steps: Float64Array;
  /** Milliseconds since 1970 UTC. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/** Curves, run by run in the order asked for, and of each run key by key. */
export interface Curves {
  readonly curves: readonly Curve[];
  /** Runs that are not there. */
  readonly unknownRunIds: readonly string[];
  /** Curves that cannot be shown. */
  readonly damaged: readonly DamagedCurveMessage[];
}

interface ColumnPlace {
  readonly type: "int64" | "float64";
  readonly offset: number;
}

interface Header {
  readonly columns: Readonly<Record<"steps" | "timestamps" | "values", ColumnPlace>>;
  readonly curves: readonly {
    readonly run_id: string;
    readonly key: string;
    readonly total: number;
    readonly is_thinned: boolean;
    readonly start: number;
    readonly count: number;
  }[];
  readonly unknown_run_ids: readonly string[];
  readonly damaged_curves: readonly DamagedCurveMessage[];
}

/**
 * Fetches curves.
 *
 * @throws ServerError The server refused, did not answer, or answered something else.
 */
export async function fetchCurves(request: RequestOf<"get_curves">, options: CallOptions = {}): Promise<Curves> {
  return decodeCurves(await callForBytes("get_curves", request, TYPE, options));
}

/**
 * Reads curves from the bytes in which the server answers them.
 *
 * Steps and timestamps become plain numbers, which hold every integer up to 2^53 exactly: charts cannot draw others.
 *
 * @throws ServerError These are no curves.
 */
export function decodeCurves(bytes: ArrayBuffer): Curves {
  const view = new DataView(bytes);
  if (bytes.byteLength < HEADER_PLACE || textAt(bytes, 0, MAGIC.length) !== MAGIC) throw malformed();
  const begin = HEADER_PLACE + Number(view.getBigUint64(MAGIC.length, true));
  if (begin > bytes.byteLength) throw malformed();
  const header = JSON.parse(textAt(bytes, HEADER_PLACE, begin - HEADER_PLACE)) as Header;
  const { steps, timestamps, values } = header.columns;
  return {
    curves: header.curves.map((curve) => ({
      runId: curve.run_id,
      key: curve.key,
      total: curve.total,
      isThinned: curve.is_thinned,
      steps: numbersAt(view, steps, begin, curve.start, curve.count),
      timestamps: numbersAt(view, timestamps, begin, curve.start, curve.count),
      values: numbersAt(view, values, begin, curve.start, curve.count),
    })),
    unknownRunIds: header.unknown_run_ids,
    damaged: header.damaged_curves,
  };
}

function numbersAt(view: DataView, column: ColumnPlace, begin: number, start: number, count: number): Float64Array {
  const place = begin + column.offset + NUMBER_BYTES * start;
  if (place + NUMBER_BYTES * count > view.byteLength) throw malformed();
  const numbers = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const offset = place + NUMBER_BYTES * index;
    numbers[index] = column.type === "int64" ? Number(view.getBigInt64(offset, true)) : view.getFloat64(offset, true);
  }
  return numbers;
}

function textAt(bytes: ArrayBuffer, offset: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(bytes, offset, length));
}

function malformed(): ServerError {
  return new ServerError("malformed_answer", "These are no curves.", 200);
}
