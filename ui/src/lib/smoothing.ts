/**
 * Returns values smoothed by an exponential moving average that begins without a bias to zero.
 *
 * Where a value is NaN or infinite the curve has a gap there too, and goes on behind it as if it were not.
 *
 * @param values What was measured, in order.
 * @param weight How much of what was before stays: 0 changes nothing, values near 1 smooth the most.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const kept = Math.min(Math.max(weight, 0), 0.9999);
  const smoothed = new Float64Array(values.length);
  let mean = 0;
  let bias = 1;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      smoothed[place] = value;
      continue;
    }
    mean = kept * mean + (1 - kept) * value;
    bias *= kept;
    smoothed[place] = mean / (1 - bias);
  }
  return smoothed;
}
