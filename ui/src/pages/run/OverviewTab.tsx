import { Family } from "./Family";
import { Glance } from "./Glance";
import { Note } from "./Note";
import styles from "./OverviewTab.module.css";
import { RunDatasets } from "./RunDatasets";
import { RunFactList } from "./RunFactList";
import { RunModels } from "./RunModels";
import type { Run } from "./runFacts";
import { Tags } from "./Tags";

/** What a run is, where it came from and what belongs to it. */
export function OverviewTab({ run }: { readonly run: Run }) {
  return (
    <div className={styles.tab}>
      <div className={styles.columns}>
        <div className={styles.main}>
          <Note run={run} />
          <Glance run={run} />
          <RunDatasets run={run} />
          <Family run={run} />
        </div>
        <div className={styles.side}>
          <RunFactList run={run} />
          <Tags run={run} />
          <RunModels run={run} />
        </div>
      </div>
    </div>
  );
}
