import { Search } from "lucide-react";
import { useMemo, useState } from "react";
import { EmptyPlace, FailureNotice, Section, Skeleton, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAnswer } from "../../../state";
import styles from "../Settings.module.css";
import { MeaningTable } from "./MeaningTable";
import { OpenQuestions } from "./OpenQuestions";

/** What it needs. */
export interface ExperimentMeaningsProps {
  readonly experimentId: string;
  readonly mayChange: boolean;
  readonly onEdit: (name: string) => void;
}

/** What the metrics of an experiment mean: what is not clear first, then all of them. */
export function ExperimentMeanings({ experimentId, mayChange, onEdit }: ExperimentMeaningsProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const { data, error, refetch } = useAnswer(
    "get_metric_meanings",
    { experiment_id: experimentId },
    { keepsPrevious: false },
  );
  const meanings = data?.meanings;
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return meanings?.filter((meaning) => meaning.metric.toLowerCase().includes(wanted)) ?? [];
  }, [meanings, search]);
  return (
    <>
      {meanings === undefined ? null : (
        <OpenQuestions experimentId={experimentId} meanings={meanings} mayChange={mayChange} />
      )}
      <Section title={t("meanings.all")}>
        {error === null ? null : (
          <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
        )}
        {meanings === undefined ? (
          error === null && <Skeleton lines={6} />
        ) : meanings.length === 0 ? (
          <EmptyPlace title={t("meanings.all.none")} why={t("meanings.all.none.why")} />
        ) : (
          <>
            <div className={styles.wideField}>
              <TextField icon={Search} label={t("meanings.all.search")} value={search} onText={setSearch} />
            </div>
            <MeaningTable meanings={shown} mayChange={mayChange} onEdit={onEdit} />
          </>
        )}
      </Section>
    </>
  );
}
