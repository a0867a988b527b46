import { type Codec, listCodec } from "./codecs";

/** A stretch of an axis, both ends in it. */
export type Limit = readonly [number, number];

/** Stretches of axes by the names of these; a run has to lie in one stretch of each. */
export type Limits = Readonly<Record<string, readonly Limit[]>>;

/** Tells whether a run lies within the limits. */
export function isWithin(limits: Limits, positionOn: (axis: string) => number | null | undefined): boolean {
  return Object.entries(limits).every(([axis, stretches]) => {
    const position = positionOn(axis);
    if (stretches.length === 0) return true;
    return position != null && stretches.some(([from, to]) => position >= from && position <= to);
  });
}

/** Returns limits with others for one axis; none at all takes it out. */
export function withLimit(limits: Limits, axis: string, stretches: readonly Limit[]): Limits {
  const { [axis]: _, ...others } = limits;
  return stretches.length === 0 ? others : { ...others, [axis]: stretches };
}

/** Tells whether two limits are the same. */
export function areSameLimits(one: readonly Limit[], other: readonly Limit[]): boolean {
  return (
    one.length === other.length &&
    one.every(([from, to], place) => other[place]?.[0] === from && other[place]?.[1] === to)
  );
}

/** Limits as they stand in an address: one stretch after the other, each behind the name of its axis. */
export const limitsCodec: Codec<Limits> = {
  parse: (text) => {
    let limits: Limits = {};
    for (const part of listCodec.parse(text)) {
      const [, axis, from, to] = /^(.+)~([^~]+)~([^~]+)$/s.exec(part) ?? [];
      const limit = [Number(from), Number(to)] as const;
      if (axis === undefined || !limit.every(Number.isFinite)) continue;
      limits = withLimit(limits, axis, [...(limits[axis] ?? []), limit]);
    }
    return limits;
  },
  format: (limits) =>
    listCodec.format(
      Object.entries(limits).flatMap(([axis, stretches]) => stretches.map(([from, to]) => `${axis}~${from}~${to}`)),
    ),
};
