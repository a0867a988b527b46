import type { HomeCountsMessage } from "../../api";
import { useTranslation } from "../../i18n";
import { formatCount } from "../../lib/numbers";
import styles from "./StoreCounts.module.css";

/** How much there is. */
export function StoreCounts({ counts }: { readonly counts: HomeCountsMessage }) {
  const { t, locale } = useTranslation();
  const runs = counts.are_exact
    ? t("home.counts.runs", { count: counts.runs })
    : t("home.counts.runsAtLeast", { count: formatCount(counts.runs, locale) });
  return (
    <ul className={styles.counts}>
      <li>{t("home.counts.experiments", { count: counts.experiments })}</li>
      <li>{runs}</li>
      <li>{t("home.counts.models", { count: counts.registered_models })}</li>
    </ul>
  );
}
