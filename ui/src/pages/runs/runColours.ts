import { createContext, useContext } from "react";
import { colourNumber } from "../../lib/colours";

/** Colours of the runs that charts show, which the table shows too; see `distinctColours`. */
export const RunColours = createContext<ReadonlyMap<string, number>>(new Map());

/** Returns the colour of a run for a `style`: the one that it has in the charts, if it is in them. */
export function useRunColour(id: string): string {
  const colours = useContext(RunColours);
  return `var(--data-${colours.get(id) ?? colourNumber(id)})`;
}
