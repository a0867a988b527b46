import type { RunDatasetMessage } from "../../api";
import { Badge, CopyButton, Name, Section } from "../../components";
import { useTranslation } from "../../i18n";
import { formatCount } from "../../lib/numbers";
import { datasetColumns, datasetSource } from "./datasetSchema";
import styles from "./Lists.module.css";
import type { Run } from "./runFacts";

/** The datasets that a run used, with their columns. */
export function RunDatasets({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  if (run.datasets.length === 0) return null;
  return (
    <Section title={t("run.datasets")}>
      <ul className={styles.list}>
        {run.datasets.map((dataset) => (
          <DatasetItem key={`${dataset.name} ${dataset.digest} ${dataset.context}`} dataset={dataset} />
        ))}
      </ul>
    </Section>
  );
}

function DatasetItem({ dataset }: { readonly dataset: RunDatasetMessage }) {
  const { t, locale } = useTranslation();
  const columns = datasetColumns(dataset.schema);
  return (
    <li className={styles.item}>
      <div className={styles.line}>
        <span className={styles.name}>
          <Name text={dataset.name} />
        </span>
        {dataset.context === null ? null : <Badge>{dataset.context}</Badge>}
        <code className={styles.soft}>{dataset.digest}</code>
      </div>
      <div className={styles.details}>
        <span className={styles.source}>
          <Name text={datasetSource(dataset.source)} />
          <CopyButton text={dataset.source} name={t("run.datasets.source")} />
        </span>
        <span>{dataset.source_type}</span>
      </div>
      {columns.length === 0 ? null : (
        <details className={styles.more}>
          <summary>{t("run.datasets.columns", { count: formatCount(columns.length, locale) })}</summary>
          <ul className={styles.columns}>
            {columns.map(({ name, type }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name, and their order is theirs.
              <li key={place}>
                <bdi>{name}</bdi> <span className={styles.soft}>{type}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
