import { useCallback, useMemo } from "react";
import type { TableOrder } from "../../components";
import type { RunsView as Mode } from "../../lib/addresses";
import { type Codec, choiceCodec, flagCodec, listCodec, optionalCodec, textCodec } from "../../lib/codecs";
import { useChangeUrl, useKept, useUrlState } from "../../state";
import { orderCodec, SUMMARIES, type Summary } from "./columns";

/** Order in which the server answers where nobody asks for another. */
export const USUAL_ORDER: TableOrder = { column: "start_time", isDescending: true };

/** Columns that were chosen, and which of them stay in sight. */
export interface ColumnSetting {
  readonly columns: readonly string[];
  readonly pinned: readonly string[];
}

/** How the runs are looked at: all of it stands in the address. */
export interface RunsView {
  readonly mode: Mode;
  readonly filter: string;
  readonly setFilter: (filter: string) => void;
  readonly order: TableOrder;
  readonly setOrder: (order: TableOrder) => void;
  readonly summary: Summary;
  readonly setSummary: (summary: Summary) => void;
  /** What runs are put into groups by; null for none. */
  readonly group: string | null;
  readonly setGroup: (group: string | null) => void;
  /** Metric whose best run has the star: empty for none, null as long as nobody chose. */
  readonly star: string | null;
  readonly setStar: (metric: string) => void;
  readonly isDiffering: boolean;
  readonly setDiffering: (isDiffering: boolean) => void;
  /** Whether small curves stand beside the values of metrics. */
  readonly hasSparks: boolean;
  readonly setSparks: (hasSparks: boolean) => void;
  /** Whether parts stand below their runs; null as long as nobody chose. */
  readonly isTree: boolean | null;
  readonly setTree: (isTree: boolean) => void;
  /** Chosen columns; null as long as nobody chose. */
  readonly chosen: ColumnSetting | null;
  readonly setChosen: (setting: ColumnSetting | null) => void;
  /** Shows the runs of a group. */
  readonly openGroup: (filter: string) => void;
}

const modeCodec = choiceCodec<Mode>(["table", "charts", "compare"], "table");
const filterCodec = textCodec();
const summaryCodec = choiceCodec<Summary>(SUMMARIES, "last");
const differingCodec = flagCodec();
const sparksCodec = flagCodec();
const treeCodec: Codec<boolean | null> = {
  parse: (text) => (text === null ? null : text === "1"),
  format: (value) => (value === null ? null : value ? "1" : "0"),
};

/** Returns how the runs of some experiments are looked at. */
export function useRunsView(experimentIds: readonly string[]): RunsView {
  const [mode] = useUrlState("view", modeCodec);
  const [filter, setFilter] = useUrlState("filter", filterCodec);
  const [order, setOrder] = useUrlState("order", orderCodec);
  const [summary, setSummary] = useUrlState("values", summaryCodec);
  const [group, setGroup] = useUrlState("group", optionalCodec);
  const [star, setStar] = useUrlState("star", optionalCodec);
  const [isDiffering, setDiffering] = useUrlState("differing", differingCodec);
  const [hasSparks, setSparks] = useUrlState("curves", sparksCodec);
  const [isTree, setTree] = useUrlState("tree", treeCodec);
  const [chosen, setChosen] = useChosen(experimentIds);
  const changeUrl = useChangeUrl();
  const openGroup = useCallback((next: string) => changeUrl({ group: null, filter: next }), [changeUrl]);
  const shownOrder = order ?? USUAL_ORDER;
  return useMemo(
    () => ({
      mode,
      filter,
      setFilter,
      order: shownOrder,
      setOrder,
      summary,
      setSummary,
      group,
      setGroup,
      star,
      setStar,
      isDiffering,
      setDiffering,
      hasSparks,
      setSparks,
      isTree,
      setTree,
      chosen,
      setChosen,
      openGroup,
    }),
    [
      mode,
      filter,
      setFilter,
      shownOrder,
      setOrder,
      summary,
      setSummary,
      group,
      setGroup,
      star,
      setStar,
      isDiffering,
      setDiffering,
      hasSparks,
      setSparks,
      isTree,
      setTree,
      chosen,
      setChosen,
      openGroup,
    ],
  );
}

/** Columns are those of the address, so that what is shared looks the same; else those that this browser keeps. */
function useChosen(experimentIds: readonly string[]): [ColumnSetting | null, (setting: ColumnSetting | null) => void] {
  const [columns] = useUrlState("columns", listCodec);
  const [pinned] = useUrlState("pinned", listCodec);
  const [kept, setKept] = useKept<ColumnSetting | null>(`runs.columns.${experimentIds.join(",")}`, null, isSetting);
  const changeUrl = useChangeUrl();
  const setting = useMemo(() => (columns.length > 0 ? { columns, pinned } : kept), [columns, pinned, kept]);
  const set = useCallback(
    (next: ColumnSetting | null) => {
      setKept(next);
      const written = next === null ? null : listCodec.format(next.columns);
      // Moving columns is no way that Back should go.
      changeUrl({ columns: written, pinned: next === null ? null : listCodec.format(next.pinned) }, { replace: true });
    },
    [setKept, changeUrl],
  );
  return [setting, set];
}

function isSetting(kept: unknown): kept is ColumnSetting | null {
  if (kept === null) return true;
  const { columns, pinned } = kept as Partial<ColumnSetting>;
  return isTexts(columns) && isTexts(pinned);
}

function isTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((text) => typeof text === "string");
}
