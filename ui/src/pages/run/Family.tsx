import { Link } from "wouter";
import type { RelatedRunMessage } from "../../api";
import { Duration, Name, Section, StatusMark, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { runAddress, runsAddress } from "../../lib/addresses";
import { formatCount } from "../../lib/numbers";
import styles from "./Lists.module.css";
import type { Run } from "./runFacts";

/** The run that a run is part of, and those that are part of it. */
export function Family({ run }: { readonly run: Run }) {
  const { t, locale } = useTranslation();
  const { parent, children, child_count: count, info } = run;
  // Quotes cannot be in an id.
  const filter = `tags.\`mlflow.parentRunId\` = '${info.run_id}'`;
  return (
    <>
      {parent === null ? null : (
        <Section title={t("run.parent")}>
          <ul className={styles.list}>
            <RelatedRun run={parent} />
          </ul>
        </Section>
      )}
      {count === 0 ? null : (
        <Section
          title={t("run.children", { count: formatCount(count, locale) })}
          actions={<Link href={runsAddress(info.experiment_id, { filter })}>{t("run.children.table")}</Link>}
        >
          <ul className={styles.list}>
            {children.map((child) => (
              <RelatedRun key={child.run_id} run={child} />
            ))}
          </ul>
          {count > children.length ? (
            <p className={styles.soft}>
              {t("run.children.some", {
                shown: formatCount(children.length, locale),
                count: formatCount(count, locale),
              })}
            </p>
          ) : null}
        </Section>
      )}
    </>
  );
}

function RelatedRun({ run }: { readonly run: RelatedRunMessage }) {
  return (
    <li className={styles.item}>
      <div className={styles.line}>
        <Link href={runAddress(run.run_id)} className={styles.name}>
          <Name text={run.run_name === "" ? run.run_id : run.run_name} />
        </Link>
        <StatusMark status={run.status} />
      </div>
      <div className={styles.details}>
        <Time moment={run.start_time} isRelative />
        <Duration start={run.start_time} end={run.end_time} />
      </div>
    </li>
  );
}
