import { Link } from "wouter";
import type { RecentRunMessage } from "../../api";
import { Duration, Name, StatusMark, Time } from "../../components";
import { runAddress, runsAddress } from "../../lib/addresses";
import styles from "./List.module.css";

/** Runs in short: name, experiment, where they stand, since when and for how long. */
export function RunList({ runs, nothing }: { readonly runs: readonly RecentRunMessage[]; readonly nothing: string }) {
  if (runs.length === 0) return <p className={styles.nothing}>{nothing}</p>;
  return (
    <ul className={styles.list}>
      {runs.map((run) => (
        <li key={run.run_id} className={styles.item}>
          <div className={styles.line}>
            <Link href={runAddress(run.run_id)} className={styles.name}>
              <Name text={run.run_name} />
            </Link>
            <StatusMark status={run.status} />
          </div>
          <div className={styles.details}>
            <Link href={runsAddress(run.experiment_id)} className={styles.place}>
              <Name text={run.experiment_name} />
            </Link>
            <Time moment={run.start_time} isRelative />
            <Duration start={run.start_time} end={run.end_time} />
          </div>
        </li>
      ))}
    </ul>
  );
}
