/** What is compared: values by name; null or absent where there is none. */
export type Values = Readonly<Record<string, string | number | null | undefined>>;

/** Returns the names whose values are not the same everywhere, in the order in which they are met first. */
export function differingNames(columns: readonly Values[]): string[] {
  return allNames(columns).filter((name) => !isSame(columns.map((values) => values[name])));
}

/** Returns every name that one of them has, in the order in which they are met first. */
export function allNames(columns: readonly Values[]): string[] {
  return [...new Set(columns.flatMap((values) => Object.keys(values)))];
}

/** Tells whether all values are the same; NaN is the same as NaN, and no value as no value. */
export function isSame(values: readonly (string | number | null | undefined)[]): boolean {
  return values.every((value) => Object.is(value ?? null, values[0] ?? null));
}

/** Returns the groups of two and more whose values are all the same, as places in the list. */
export function identicalGroups(columns: readonly Values[]): number[][] {
  const groups = new Map<string, number[]>();
  columns.forEach((values, place) => {
    const names = Object.keys(values).filter((name) => values[name] != null);
    if (names.length === 0) return;
    const key = JSON.stringify(names.sort().map((name) => [name, String(values[name])]));
    groups.set(key, [...(groups.get(key) ?? []), place]);
  });
  return [...groups.values()].filter((group) => group.length > 1);
}
