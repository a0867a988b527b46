import { useMemo } from "react";
import { spansDecades } from "../../../lib/chartColumn";
import type { Codec } from "../../../lib/codecs";
import { useUrlState } from "../../../state";
import type { ColumnName } from "../columns";
import type { ComparedRun } from "../compared/comparedRun";
import { fieldValues } from "./fields";

const scaleCodec: Codec<boolean | null> = {
  parse: (text) => (text === null ? null : text === "1"),
  format: (isLog) => (isLog === null ? null : isLog ? "1" : "0"),
};

/**
 * Keeps in the address whether an axis is logarithmic: as long as nobody chose, where its values span decades.
 *
 * @param key Its name there.
 * @param field What the axis shows.
 * @param runs The runs on it.
 */
export function useLogScale(
  key: string,
  field: ColumnName | null,
  runs: readonly ComparedRun[],
): [boolean, (isLog: boolean) => void] {
  const [chosen, choose] = useUrlState(key, scaleCodec);
  const usual = useMemo(
    () => field !== null && field.kind !== "attribute" && spansDecades(fieldValues(field, runs)),
    [field, runs],
  );
  return [chosen ?? usual, (isLog) => choose(isLog === usual ? null : isLog)];
}
