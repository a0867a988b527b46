import { type ComponentType, type LazyExoticComponent, lazy } from "react";

/** What charts and comparison need. */
export interface ModeProps {
  /** The runs that are looked at, in the order in which they were picked. */
  readonly runIds: readonly string[];
  readonly experimentIds: readonly string[];
}

type Mode = LazyExoticComponent<ComponentType<ModeProps>>;
type Loader = () => Promise<{ readonly default: ComponentType<ModeProps> }>;

/** The curves of runs; null in a build that has no such mode. */
export const ChartsMode = lazily(import.meta.glob<never>("./charts/ChartsMode.tsx"));
/** Runs side by side; null in a build that has no such mode. */
export const CompareMode = lazily(import.meta.glob<never>("./compare/CompareMode.tsx"));

function lazily(found: Readonly<Record<string, () => Promise<unknown>>>): Mode | null {
  const load = Object.values(found)[0];
  return load === undefined ? null : lazy(load as Loader);
}
