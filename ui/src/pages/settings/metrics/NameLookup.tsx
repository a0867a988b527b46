import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, FailureNotice, Section, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { textCodec } from "../../../lib/codecs";
import { useAnswer, useUrlState } from "../../../state";
import styles from "../Settings.module.css";
import { BandPreview } from "./BandPreview";
import { emptyDraft, knownWithout, meaningWith } from "./meaningDraft";

const nameCodec = textCodec();

/** What it needs. */
export interface NameLookupProps {
  readonly mayChange: boolean;
  readonly onEdit: (name: string) => void;
}

/** Tells what a name means on the whole server, without an experiment. */
export function NameLookup({ mayChange, onEdit }: NameLookupProps) {
  const { t } = useTranslation();
  const [name, setName] = useUrlState("metric", nameCodec);
  const [typed, setTyped] = useState(name);
  // Back and Forward change the name, too.
  useEffect(() => setTyped(name), [name]);
  const { data, error, refetch } = useAnswer(
    "get_metric_meanings",
    { metric: [name] },
    { enabled: name !== "", keepsPrevious: false },
  );
  const meaning = data?.meanings[0];
  return (
    <Section title={t("meanings.lookup")}>
      <form
        className={styles.toolbar}
        onSubmit={(event) => {
          event.preventDefault();
          setName(typed.trim());
        }}
      >
        <div className={styles.wideField}>
          <TextField
            icon={Search}
            label={t("meanings.lookup.name")}
            placeholder="roc_auc"
            value={typed}
            onText={setTyped}
          />
        </div>
        <Button type="submit">{t("meanings.lookup.show")}</Button>
        {name !== "" && mayChange ? <Button onClick={() => onEdit(name)}>{t("meanings.change")}</Button> : null}
      </form>
      {error === null ? null : <FailureNotice error={error} onAgain={() => void refetch()} />}
      {meaning === undefined ? null : (
        <BandPreview
          key={meaning.metric}
          meaning={meaningWith(emptyDraft(meaning.metric), knownWithout(meaning, null))}
          isPattern={false}
          sample={null}
        />
      )}
    </Section>
  );
}
