import { useMemo } from "react";
import { optionalCodec } from "../../../lib/codecs";
import { useUrlState } from "../../../state";
import { type ColumnName, parseColumn } from "../columns";

/**
 * Keeps a chosen field in the address.
 *
 * @param key Its name there.
 * @param usual What it is as long as nobody chose.
 */
export function useField(key: string, usual: ColumnName | null): [ColumnName | null, (id: string) => void] {
  const [written, write] = useUrlState(key, optionalCodec);
  const field = useMemo(() => (written === null ? usual : parseColumn(written)), [written, usual]);
  return [field, write];
}
