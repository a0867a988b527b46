import { Plus, Ruler } from "lucide-react";
import { useState } from "react";
import type { MetricMeaningOverrideMessage } from "../../../api";
import { Button, EmptyPlace, FailureNotice, Section, Skeleton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { optionalCodec } from "../../../lib/codecs";
import { useAnotherServer, useAnswer, useUrlState } from "../../../state";
import styles from "../Settings.module.css";
import { ExperimentMeanings } from "./ExperimentMeanings";
import { MeaningDialog } from "./MeaningDialog";
import { NameLookup } from "./NameLookup";
import { SaidTable } from "./SaidTable";
import { ScopePicker } from "./ScopePicker";
import { useMayChange } from "./useMayChange";

/** What is being said: of a name, or changing what was said. */
type Editing = { readonly said: MetricMeaningOverrideMessage | null; readonly name: string };

/** What metrics mean: on the whole server, or in one experiment. */
export function MetricsPart() {
  const { t } = useTranslation();
  const [experimentId, setExperimentId] = useUrlState("experiment", optionalCodec);
  const [editing, setEditing] = useState<Editing | null>(null);
  const mayChange = useMayChange(experimentId);
  const { lacks } = useAnotherServer();
  const { data, error, refetch } = useAnswer(
    "list_metric_meaning_overrides",
    experimentId === null ? {} : { experiment_id: experimentId },
    { keepsPrevious: false },
  );
  // Of a name that was spoken of already, that is changed; everything else would replace it unseen.
  function editName(name: string): void {
    const said = data?.overrides.find((one) => one.pattern === name && (one.experiment_id ?? null) === experimentId);
    setEditing({ said: said ?? null, name });
  }
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setEditing({ said: null, name: "" })}>
      {t("meanings.add")}
    </Button>
  );
  return (
    <>
      <p className={styles.note}>{t("meanings.what")}</p>
      <ScopePicker experimentId={experimentId} onScope={setExperimentId} />
      {mayChange ? null : (
        <p className={styles.note}>
          {t(lacks("metric_meanings") ? "errors.remote.no_metric_meanings" : "meanings.mayNot")}
        </p>
      )}
      {error === null ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      <Section title={t("meanings.said")} actions={mayChange ? add : undefined}>
        {data === undefined ? (
          error === null && <Skeleton lines={3} />
        ) : data.overrides.length === 0 ? (
          <EmptyPlace icon={Ruler} title={t("meanings.said.none")} why={t("meanings.said.none.why")} />
        ) : (
          <SaidTable
            overrides={data.overrides}
            experimentId={experimentId}
            mayChange={mayChange}
            onEdit={(said) => setEditing({ said, name: said.pattern })}
          />
        )}
      </Section>
      {experimentId === null ? (
        <NameLookup mayChange={mayChange} onEdit={editName} />
      ) : (
        <ExperimentMeanings experimentId={experimentId} mayChange={mayChange} onEdit={editName} />
      )}
      {editing === null ? null : (
        <MeaningDialog
          experimentId={experimentId}
          said={editing.said}
          name={editing.name}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}
