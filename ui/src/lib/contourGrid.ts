/** A measured point over a plane. */
export interface PlanePoint {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** Heights over a plane at the crossings of a grid, row by row from the least y on. */
export interface HeightGrid {
  readonly values: readonly number[];
  readonly columns: number;
  readonly rows: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/**
 * Returns estimated heights between points: the nearer a point, the more it counts (inverse distance, squared).
 *
 * At a point itself the height is its value; where several points share a place, their mean. Distances are taken after both
 * axes are stretched to the same length, so that units do not matter.
 *
 * @param points At least three that do not lie on one line; see `spansPlane`.
 * @param columns How fine the grid is from left to right, 2 or more.
 * @param rows How fine it is from bottom to top, 2 or more.
 */
export function heightGrid(points: readonly PlanePoint[], columns: number, rows: number): HeightGrid {
  const known = merged(points);
  const [left, right] = extentOf(known.map(({ x }) => x));
  const [bottom, top] = extentOf(known.map(({ y }) => y));
  const near = known.map(({ x, y, value }) => ({ x: share(x, left, right), y: share(y, bottom, top), value }));
  const values: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      values.push(heightAt(near, column / (columns - 1), row / (rows - 1)));
    }
  }
  return { values, columns, rows, left, right, bottom, top };
}

/** Tells whether there are three points that do not lie on one line: fewer say nothing about a plane. */
export function spansPlane(points: readonly PlanePoint[]): boolean {
  const [left, right] = extentOf(points.map(({ x }) => x));
  const [bottom, top] = extentOf(points.map(({ y }) => y));
  if (!(right > left && top > bottom)) return false;
  const scaled = points.map(({ x, y }) => ({ x: share(x, left, right), y: share(y, bottom, top) }));
  const first = scaled[0];
  const second = scaled.find(({ x, y }) => first !== undefined && (x !== first.x || y !== first.y));
  if (first === undefined || second === undefined) return false;
  const isOff = ({ x, y }: { x: number; y: number }) =>
    Math.abs((second.x - first.x) * (y - first.y) - (second.y - first.y) * (x - first.x)) > 1e-9;
  return scaled.some(isOff);
}

/** Returns evenly spaced heights at which bands begin, the least height first. */
export function bandLevels(values: readonly number[], count: number): number[] {
  const [least, greatest] = extentOf(values);
  if (!(greatest > least)) return Number.isFinite(least) ? [least] : [];
  return Array.from({ length: count }, (_, place) => least + ((greatest - least) * place) / count);
}

function heightAt(points: readonly PlanePoint[], x: number, y: number): number {
  let weights = 0;
  let sum = 0;
  for (const point of points) {
    const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (distance < 1e-12) return point.value;
    weights += 1 / distance;
    sum += point.value / distance;
  }
  return sum / weights;
}

function merged(points: readonly PlanePoint[]): PlanePoint[] {
  const groups = new Map<string, { point: PlanePoint; sum: number; count: number }>();
  for (const point of points) {
    const key = `${point.x} ${point.y}`;
    const group = groups.get(key) ?? { point, sum: 0, count: 0 };
    groups.set(key, { point, sum: group.sum + point.value, count: group.count + 1 });
  }
  return [...groups.values()].map(({ point, sum, count }) => ({ ...point, value: sum / count }));
}

function extentOf(numbers: readonly number[]): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const number of numbers) {
    least = Math.min(least, number);
    greatest = Math.max(greatest, number);
  }
  return [least, greatest];
}

function share(number: number, least: number, greatest: number): number {
  return (number - least) / (greatest - least);
}
