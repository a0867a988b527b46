/**
 * Returns the line of a small curve as an SVG path; empty where there are no two points to join.
 *
 * @param values In order; where one is NaN or infinite the line has a gap.
 * @param width Of the picture.
 * @param height Of the picture.
 */
export function sparkPath(values: ArrayLike<number>, width: number, height: number): string {
  const finite = Array.from(values).filter(Number.isFinite);
  if (values.length < 2 || finite.length < 2) return "";
  const least = Math.min(...finite);
  const span = Math.max(...finite) - least;
  const pieces: string[] = [];
  let isDown = false;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      isDown = false;
      continue;
    }
    const x = (place / (values.length - 1)) * width;
    // A curve without ups and downs lies in the middle.
    const y = span === 0 ? height / 2 : height - ((value - least) / span) * height;
    pieces.push(`${isDown ? "L" : "M"}${rounded(x)} ${rounded(y)}`);
    isDown = true;
  }
  return pieces.join("");
}

function rounded(length: number): number {
  return Math.round(length * 10) / 10;
}
