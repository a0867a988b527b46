import { Fragment, useMemo } from "react";
import { Link } from "wouter";
import { useTranslation } from "../../../i18n";
import { runAddress } from "../../../lib/addresses";
import type { ComparedRun } from "../compared/comparedRun";
import styles from "./CompareMode.module.css";
import { identicalRuns } from "./sideBySide";

const MOST_GROUPS = 3;
const MOST_NAMES = 6;

/** Points out runs whose metrics are all the same: mostly something was logged twice, or a change had no effect. */
export function IdenticalNote({ runs }: { readonly runs: readonly ComparedRun[] }) {
  const { t } = useTranslation();
  const groups = useMemo(() => identicalRuns(runs), [runs]);
  if (groups.length === 0) return null;
  return (
    <div role="note" className={styles.identical}>
      {groups.slice(0, MOST_GROUPS).map((group) => (
        <p key={group.runs[0]?.id}>
          <strong>{t("compare.identical", { runs: group.runs.length, count: group.count })}</strong>{" "}
          {group.runs.slice(0, MOST_NAMES).map((run, place) => (
            <Fragment key={run.id}>
              {place === 0 ? "" : ", "}
              <Link href={runAddress(run.id)}>
                <bdi>{run.name}</bdi>
              </Link>
            </Fragment>
          ))}
          {group.runs.length > MOST_NAMES ? ` … +${group.runs.length - MOST_NAMES}` : null}
        </p>
      ))}
      {groups.length > MOST_GROUPS ? (
        <p>{t("compare.identical.more", { count: groups.length - MOST_GROUPS })}</p>
      ) : null}
    </div>
  );
}
