import { memo } from "react";
import type { MetricSummaryMessage } from "../../api";
import { Name, ReadMetric, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { formatCount } from "../../lib/numbers";
import styles from "./ValueCard.module.css";

/** A metric that was logged once: its value, how good that is, and when it was logged. */
export const ValueCard = memo(function ValueCard({ metric }: { readonly metric: MetricSummaryMessage }) {
  const { t, locale } = useTranslation();
  const { key, last, last_step, last_timestamp, reading, band } = metric;
  return (
    <article className={styles.card} aria-label={key}>
      <h2 className={styles.name}>
        <Name text={key} />
      </h2>
      <span className={styles.value}>
        <ReadMetric value={last} reading={reading} band={band} />
      </span>
      <span className={styles.when}>
        {last_step === 0 ? null : <span>{t("run.metrics.atStep", { step: formatCount(last_step, locale) })}</span>}
        <Time moment={last_timestamp} hasSeconds />
      </span>
    </article>
  );
});
