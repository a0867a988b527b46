import { FailureNotice, Page, Section, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { pollingInterval, useAnswer } from "../../state";
import { EmptyHome } from "./EmptyHome";
import styles from "./HomePage.module.css";
import { ProductionList } from "./ProductionList";
import { RunList } from "./RunList";
import { StoreCounts } from "./StoreCounts";

const SHOWN = 10;

/** What is seen first: what runs now, what failed lately, what is in Production. */
export default function HomePage() {
  const { t } = useTranslation();
  // Something new may begin at any moment: this page is what many leave open.
  const { data, error, refetch } = useAnswer("get_home", { max_results: SHOWN }, { every: pollingInterval(true) });
  return (
    <Page
      title={t("home.title")}
      actions={data === undefined || data.is_empty ? undefined : <StoreCounts counts={data.counts} />}
    >
      {error === null ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton lines={8} />
      ) : data.is_empty ? (
        <EmptyHome />
      ) : (
        <div className={styles.columns}>
          <Section title={t("home.running")}>
            <RunList runs={data.running} nothing={t("home.running.none")} />
          </Section>
          <Section title={t("home.failed")}>
            <RunList runs={data.failed} nothing={t("home.failed.none")} />
          </Section>
          <Section title={t("home.production")}>
            <ProductionList models={data.in_production} />
          </Section>
        </div>
      )}
    </Page>
  );
}
