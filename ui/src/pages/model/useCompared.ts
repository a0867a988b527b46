import { useMemo } from "react";
import type { MetricReadingMessage, ModelOverviewResponse, ModelVersionRowMessage } from "../../api";
import type { LoadedModel } from "./useModel";
import { useVersions } from "./useVersions";

/** Versions to compare, with what their metrics mean. */
export interface Compared {
  /** In the order in which they were asked for; those that are not there are left out. */
  readonly rows: readonly ModelVersionRowMessage[];
  readonly readings: Readonly<Record<string, MetricReadingMessage>>;
  readonly signatures: ModelOverviewResponse["signatures"];
  readonly isWaiting: boolean;
  readonly error: Error | null;
  readonly again: () => void;
}

/** Returns versions by their numbers; those that are not on the page are fetched, one request each. */
export function useCompared(model: LoadedModel, numbers: readonly number[]): Compared {
  const known = useMemo(() => new Map(model.versions.map((row) => [row.summary.version, row])), [model.versions]);
  const { found, isWaiting, error, again } = useVersions(
    model.overview.name,
    numbers.filter((number) => !known.has(number)),
  );
  const fetched = new Map(found.flatMap(({ versions }) => versions).map((row) => [row.summary.version, row]));
  return {
    rows: numbers.flatMap((number) => known.get(number) ?? fetched.get(number) ?? []),
    readings: Object.assign({}, ...found.map(({ readings }) => readings), model.readings),
    signatures: Object.assign({}, ...found.map(({ signatures }) => signatures), model.signatures),
    isWaiting,
    error,
    again,
  };
}
