import type { ReactNode } from "react";
import { Link } from "wouter";
import { CopyButton, Duration, Name, Nothing, Section, ShortId, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { runsAddress } from "../../lib/addresses";
import styles from "./RunFactList.module.css";
import { type Run, sourceOf, userOf } from "./runFacts";

/** What a run is: when, how long, by whom, of what code, and where its files are. */
export function RunFactList({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const { info } = run;
  const user = userOf(run);
  const isGoingOn = info.status === "RUNNING" || info.status === "SCHEDULED";
  return (
    <Section title={t("run.facts")}>
      <dl className={styles.facts}>
        <Fact name={t("run.fact.started")}>
          <Time moment={info.start_time} hasSeconds />
        </Fact>
        <Fact name={t("run.fact.ended")}>
          <Time moment={info.end_time} hasSeconds />
        </Fact>
        <Fact name={t("run.fact.duration")}>
          {isGoingOn || info.end_time != null ? <Duration start={info.start_time} end={info.end_time} /> : <Nothing />}
        </Fact>
        <Fact name={t("run.fact.user")}>{user === null ? <Nothing /> : <Name text={user} />}</Fact>
        <Fact name={t("run.fact.experiment")}>
          <Link href={runsAddress(info.experiment_id)}>
            <Name text={run.experiment_name} />
          </Link>
        </Fact>
        <SourceFacts run={run} />
        <Fact name={t("run.id")}>
          <span className={styles.copied}>
            <code className={styles.whole}>{info.run_id}</code>
            <CopyButton text={info.run_id} name={t("run.id")} />
          </span>
        </Fact>
        <Fact name={t("run.fact.artifacts")}>
          <span className={styles.copied}>
            <Name text={info.artifact_uri} />
            <CopyButton text={info.artifact_uri} name={t("run.fact.artifacts")} />
          </span>
        </Fact>
      </dl>
    </Section>
  );
}

function SourceFacts({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const { name, type, commit, branch, commitAddress } = sourceOf(run);
  return (
    <>
      <Fact name={t("run.fact.source")}>
        {name === null ? (
          <Nothing />
        ) : (
          <span className={styles.copied}>
            <Name text={name} />
            {type === null ? null : <span className={styles.soft}>{type}</span>}
          </span>
        )}
      </Fact>
      {commit === null ? null : (
        <Fact name={t("run.fact.commit")}>
          <span className={styles.copied}>
            <ShortId id={commit} name={t("run.fact.commit")} />
            {branch === null ? null : (
              <span className={styles.soft}>
                <Name text={branch} />
              </span>
            )}
            {commitAddress === null ? null : (
              <a href={commitAddress} target="_blank" rel="noopener noreferrer">
                {t("run.fact.commit.open")}
              </a>
            )}
          </span>
        </Fact>
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  );
}
