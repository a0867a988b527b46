import { Search } from "lucide-react";
import { useState } from "react";
import { Select, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAnswer } from "../../../state";
import styles from "../Settings.module.css";

const SHOWN = 100;

/** What it needs. */
export interface ScopePickerProps {
  /** The experiment; null for the whole server. */
  readonly experimentId: string | null;
  readonly onScope: (experimentId: string | null) => void;
}

/** Chooses where something is said: on the whole server, or in an experiment, those first in which something happened last. */
export function ScopePicker({ experimentId, onScope }: ScopePickerProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const { data } = useAnswer("search_experiment_overviews", {
    search,
    order_by: "last_activity",
    descending: true,
    max_results: SHOWN,
  });
  const { data: chosen } = useAnswer(
    "get_experiment",
    { experiment_id: experimentId ?? "" },
    { enabled: experimentId !== null },
  );
  const found = data?.experiments.map((one) => ({ value: one.experiment_id, text: one.name })) ?? [];
  const isListed = experimentId === null || found.some((one) => one.value === experimentId);
  const others = isListed ? [] : [{ value: experimentId, text: chosen?.experiment.name ?? experimentId }];
  return (
    <div className={styles.toolbar}>
      <div className={styles.wideField}>
        <Select
          label={t("meanings.scope")}
          choices={[{ value: "", text: t("meanings.scope.server") }, ...others, ...found]}
          value={experimentId ?? ""}
          onChoice={(value) => onScope(value === "" ? null : value)}
        />
      </div>
      {search === "" && (data?.total ?? 0) <= SHOWN ? null : (
        <div className={styles.narrowField}>
          <TextField icon={Search} label={t("meanings.scope.search")} value={search} onText={setSearch} />
        </div>
      )}
    </div>
  );
}
