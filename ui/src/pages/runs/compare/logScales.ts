import { toggled } from "../../../lib/selection";

/**
 * Returns which axes are logarithmic: those that somebody chose, and of the others those of which values span decades.
 *
 * @param chosen Names of axes as the address has them, with a minus in front where an axis is to be linear.
 * @param axes Name of each axis, and whether its values span decades.
 */
export function logAxes(chosen: readonly string[], axes: readonly (readonly [string, boolean])[]): string[] {
  return axes.flatMap(([id, isWide]) => (chosen.includes(id) || (isWide && !chosen.includes(`-${id}`)) ? [id] : []));
}

/**
 * Returns the choice after one axis is to be the other way.
 *
 * @param chosen As for `logAxes`.
 * @param id The axis.
 * @param isWide Whether its values span decades.
 */
export function otherScale(chosen: readonly string[], id: string, isWide: boolean): readonly string[] {
  return toggled(chosen, isWide ? `-${id}` : id);
}
