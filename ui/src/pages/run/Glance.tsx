import { Link } from "wouter";
import { Name, ReadMetric, Section } from "../../components";
import { useTranslation } from "../../i18n";
import { runAddress } from "../../lib/addresses";
import { formatCount } from "../../lib/numbers";
import styles from "./Glance.module.css";
import type { Run } from "./runFacts";

const SHOWN = 10;

/** The first metrics and parameters, and the way to all of them. */
export function Glance({ run }: { readonly run: Run }) {
  const { t, locale } = useTranslation();
  const id = run.info.run_id;
  const all = (count: number) => t("run.all", { count: formatCount(count, locale) });
  if (run.metric_count === 0 && run.param_count === 0) return null;
  return (
    <div className={styles.glance}>
      {run.metric_count === 0 ? null : (
        <Section
          title={t("run.tab.metrics")}
          actions={
            run.metric_count > SHOWN ? <Link href={runAddress(id, "metrics")}>{all(run.metric_count)}</Link> : null
          }
        >
          <ul className={styles.list}>
            {run.metrics.slice(0, SHOWN).map((metric) => (
              <li key={metric.key} className={styles.line}>
                <Link href={runAddress(id, "metrics", { search: metric.key })} className={styles.name}>
                  <Name text={metric.key} />
                </Link>
                <ReadMetric value={metric.last} reading={metric.reading} band={metric.band} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {run.param_count === 0 ? null : (
        <Section
          title={t("run.tab.parameters")}
          actions={
            run.param_count > SHOWN ? <Link href={runAddress(id, "parameters")}>{all(run.param_count)}</Link> : null
          }
        >
          <ul className={styles.list}>
            {run.params.slice(0, SHOWN).map(({ key, value = "" }) => (
              <li key={key} className={styles.line}>
                <span className={styles.name}>
                  <Name text={key} />
                </span>
                <span className={styles.value}>
                  <Name text={value} />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
