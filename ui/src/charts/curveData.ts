import { smooth } from "../lib/smoothing";
import type { ChartCurve, CurveAxis, CurveView } from "./curveTypes";

/** A value of a curve at one place of the axis: null is a gap, undefined is no point there. */
export type Plotted = number | null | undefined;

/** A value that no line can go through. */
export interface OddPoint {
  readonly x: number;
  readonly value: number;
}

/** A curve as it is drawn, at the places that all curves of the chart share. */
export interface PlottedCurve {
  readonly curve: ChartCurve;
  readonly values: readonly Plotted[];
  /** The same smoothed; null where nothing is. */
  readonly smoothed: readonly Plotted[] | null;
  readonly odd: readonly OddPoint[];
}

/** All that a chart draws, and what it has to say of what it does not draw. */
export interface PlottedCurves {
  readonly xs: Float64Array;
  readonly curves: readonly PlottedCurve[];
  readonly nanCount: number;
  readonly infiniteCount: number;
  /** Points that have no place on a logarithmic axis, because they are 0 or less. */
  readonly offLogCount: number;
  /** Points shown, and how many there are. */
  readonly shown: number;
  readonly total: number;
}

/** Returns where the points of a curve lie on the horizontal axis. */
export function positionsOf(curve: ChartCurve, axis: CurveAxis): Float64Array {
  if (axis === "step") return curve.steps;
  if (axis === "time") return curve.timestamps;
  const origin = curve.origin ?? curve.timestamps[0] ?? 0;
  return curve.timestamps.map((moment) => moment - origin);
}

/** Puts curves onto one axis, smoothes them, and takes out what cannot be drawn. */
export function plottedCurves(curves: readonly ChartCurve[], view: Omit<CurveView, "range">): PlottedCurves {
  const drawn = curves.map((curve) => drawable(curve, view));
  const xs = joinedPositions(drawn.map((one) => one.xs));
  return {
    xs,
    curves: drawn.map(({ curve, xs: own, values, smoothed, odd }) => {
      const places = placesIn(xs, own);
      return {
        curve,
        values: spread(values, places, xs.length),
        smoothed: smoothed === null ? null : spread(smoothed, places, xs.length),
        odd,
      };
    }),
    nanCount: sum(drawn.map(({ odd }) => odd.filter(({ value }) => Number.isNaN(value)).length)),
    infiniteCount: sum(drawn.map(({ odd }) => odd.filter(({ value }) => !Number.isNaN(value)).length)),
    offLogCount: sum(drawn.map(({ offLog }) => offLog)),
    shown: sum(curves.map(({ values }) => values.length)),
    total: sum(curves.map(({ total }) => total)),
  };
}

/** Returns every place that one of several ascending lists has, as often as the list that has it most often. */
export function joinedPositions(lists: readonly Float64Array[]): Float64Array {
  const first = lists[0];
  if (first === undefined) return new Float64Array();
  if (lists.every((list) => isSameList(list, first))) return first;
  const all = new Float64Array(sum(lists.map((list) => list.length)));
  let end = 0;
  for (const list of lists) {
    all.set(list, end);
    end += list.length;
  }
  all.sort();
  const distinct = all.filter((x, place) => place === 0 || x !== all[place - 1]);
  const counts = new Uint32Array(distinct.length).fill(1);
  for (const list of lists) countRepeats(distinct, list, counts);
  const joined = new Float64Array(counts.reduce((before, count) => before + count, 0));
  let place = 0;
  distinct.forEach((x, index) => {
    const count = counts[index] ?? 1;
    joined.fill(x, place, place + count);
    place += count;
  });
  return joined;
}

interface Drawable {
  readonly curve: ChartCurve;
  readonly xs: Float64Array;
  readonly values: readonly Plotted[];
  readonly smoothed: readonly Plotted[] | null;
  readonly odd: readonly OddPoint[];
  readonly offLog: number;
}

function drawable(curve: ChartCurve, view: Omit<CurveView, "range">): Drawable {
  const positions = positionsOf(curve, view.axis);
  const order = ascendingOrder(positions);
  const values = order === null ? curve.values : Float64Array.from(order, (place) => curve.values[place] ?? Number.NaN);
  const sorted = order === null ? positions : Float64Array.from(order, (place) => positions[place] ?? 0);
  const isShown = (x: number) => !view.isLogX || x > 0;
  const xs = sorted.filter(isShown);
  const kept = values.filter((_, place) => isShown(sorted[place] ?? 0));
  const line = view.smoothing > 0 ? smooth(kept, view.smoothing) : null;
  const odd: OddPoint[] = [];
  let offLog = sorted.length - xs.length;
  kept.forEach((value, place) => {
    if (!Number.isFinite(value)) odd.push({ x: xs[place] ?? 0, value });
    else if (view.isLogY && value <= 0) offLog += 1;
  });
  const onAxis = (value: number): Plotted => (Number.isFinite(value) && (!view.isLogY || value > 0) ? value : null);
  return { curve, xs, values: Array.from(kept, onAxis), smoothed: line && Array.from(line, onAxis), odd, offLog };
}

/** Returns places in ascending order; null if they are in it already, as nearly all are. */
function ascendingOrder(xs: Float64Array): number[] | null {
  if (xs.every((x, place) => place === 0 || x >= (xs[place - 1] ?? x))) return null;
  return Array.from(xs, (_, place) => place).sort((one, other) => (xs[one] ?? 0) - (xs[other] ?? 0));
}

/** Returns for each place of an ascending list where it stands among the joined ones. */
function placesIn(joined: Float64Array, list: Float64Array): Uint32Array {
  const places = new Uint32Array(list.length);
  let next = 0;
  list.forEach((x, index) => {
    while ((joined[next] ?? Number.POSITIVE_INFINITY) < x) next += 1;
    places[index] = next;
    next += 1;
  });
  return places;
}

function spread(values: readonly Plotted[], places: Uint32Array, length: number): readonly Plotted[] {
  if (places.length === length) return values;
  const row = new Array<Plotted>(length).fill(undefined);
  values.forEach((value, index) => {
    row[places[index] ?? 0] = value;
  });
  return row;
}

function countRepeats(distinct: Float64Array, list: Float64Array, counts: Uint32Array): void {
  let place = 0;
  let repeats = 0;
  list.forEach((x, index) => {
    repeats = index > 0 && list[index - 1] === x ? repeats + 1 : 1;
    while ((distinct[place] ?? Number.POSITIVE_INFINITY) < x) place += 1;
    counts[place] = Math.max(counts[place] ?? 1, repeats);
  });
}

function isSameList(one: Float64Array, other: Float64Array): boolean {
  return one === other || (one.length === other.length && one.every((x, place) => x === other[place]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((before, number) => before + number, 0);
}
