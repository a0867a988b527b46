import { Select } from "../../components";
import { useTranslation } from "../../i18n";
import { choiceCodec } from "../../lib/codecs";
import { useUrlState } from "../../state";
import { History } from "./History";
import styles from "./History.module.css";
import { ACTIVE_STAGES } from "./stages";

const ALL = "all";
const stageCodec = choiceCodec([ALL, ...ACTIVE_STAGES], ALL);

/** The history of a model, all of it or that of one stage. */
export function HistoryTab({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const [stage, setStage] = useUrlState("stage", stageCodec);
  return (
    <div className={styles.history}>
      <div className={styles.filter}>
        <Select
          label={t("models.history.of")}
          isLabelHidden
          choices={[
            { value: ALL, text: t("models.history.all") },
            ...ACTIVE_STAGES.map((value) => ({ value, text: t("models.history.stage", { stage: value }) })),
          ]}
          value={stage}
          onChoice={setStage}
        />
      </div>
      <History name={name} stage={stage === ALL ? null : stage} />
    </div>
  );
}
