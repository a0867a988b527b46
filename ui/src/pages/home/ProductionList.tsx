import { Link } from "wouter";
import type { ProductionMessage } from "../../api";
import { KeyMetric, Name, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { modelAddress, versionAddress } from "../../lib/addresses";
import styles from "./List.module.css";

/** What is in Production: model, version, since when, and the metric that tells best how good it is. */
export function ProductionList({ models }: { readonly models: readonly ProductionMessage[] }) {
  const { t } = useTranslation();
  if (models.length === 0) return <p className={styles.nothing}>{t("home.production.none")}</p>;
  return (
    <ul className={styles.list}>
      {models.map(({ name, version }) => (
        <li key={name} className={styles.item}>
          <div className={styles.line}>
            <Link href={modelAddress(name)} className={styles.name}>
              <Name text={name} />
            </Link>
            <Link href={versionAddress(name, version.version)} className={styles.version}>
              {t("home.production.version", { version: version.label ?? version.version })}
            </Link>
          </div>
          <div className={styles.details}>
            {version.key_metric === null ? null : <KeyMetric metric={version.key_metric} />}
            <Time moment={version.since ?? version.creation_timestamp} isRelative />
          </div>
        </li>
      ))}
    </ul>
  );
}
