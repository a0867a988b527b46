import { Search, SlidersHorizontal } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import type { Param } from "../../api";
import { CopyButton, type DataColumn, DataTable, EmptyPlace, Name, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { textCodec } from "../../lib/codecs";
import { matchScore } from "../../lib/matching";
import { formatCount } from "../../lib/numbers";
import { useUrlState } from "../../state";
import type { Run } from "./runFacts";
import styles from "./Tab.module.css";

const searchCodec = textCodec();

/** All parameters of a run, found by name or value. */
export default function ParametersTab({ run }: { readonly run: Run }) {
  const { t, locale } = useTranslation();
  const [search, setSearch] = useUrlState("search", searchCodec);
  const typed = useDeferredValue(search);
  const params = useMemo(
    () =>
      typed.trim() === ""
        ? run.params
        : run.params.filter(({ key, value = "" }) => matchScore(`${key} ${value}`, typed) !== null),
    [run.params, typed],
  );
  const columns = useMemo<DataColumn<Param>[]>(
    () => [
      { id: "key", title: t("run.params.key"), width: 320, isRowHeader: true, cell: ({ key }) => <Name text={key} /> },
      {
        id: "value",
        title: t("run.params.value"),
        width: 620,
        cell: ({ key, value = "" }) => (
          <span className={styles.value}>
            <Name text={value} />
            <CopyButton text={value} name={key} />
          </span>
        ),
      },
    ],
    [t],
  );
  if (run.param_count === 0) {
    return (
      <EmptyPlace
        icon={SlidersHorizontal}
        title={t("run.params.none.title")}
        why={t("run.params.none.why")}
        code={[
          {
            name: "mlflow",
            code: 'mlflow.log_param("learning_rate", 0.01)\nmlflow.log_params({"depth": 6, "seed": 42})',
          },
        ]}
      />
    );
  }
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <div className={styles.search}>
          <TextField
            label={t("run.params.search")}
            isLabelHidden
            icon={Search}
            type="search"
            placeholder={t("run.params.search")}
            value={search}
            onText={(text) => setSearch(text, { replace: true })}
          />
        </div>
        <span className={styles.count} role="status">
          {t("run.shown", { shown: formatCount(params.length, locale), count: formatCount(run.param_count, locale) })}
        </span>
      </div>
      {params.length === 0 ? <p className={styles.count}>{t("run.nothing", { typed })}</p> : null}
      <DataTable
        label={t("run.tab.parameters")}
        columns={columns}
        count={params.length}
        rowAt={(index) => params[index]}
        keyOf={({ key }) => key}
        nameOf={({ key }) => key}
      />
    </div>
  );
}
