import { Box } from "lucide-react";
import { EmptyPlace, FailureNotice, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { formatCount } from "../../lib/numbers";
import { pollingInterval, useAnswer } from "../../state";
import { ModelView } from "./ModelView";
import { isLive, type Run } from "./runFacts";
import styles from "./Tab.module.css";

const LOGGING = [
  "from mlflow.models import infer_signature",
  "",
  "mlflow.sklearn.log_model(",
  "    model,",
  '    name="model",',
  "    signature=infer_signature(X_train, model.predict(X_train)),",
  "    input_example=X_train[:5],",
  ")",
].join("\n");

/** The models that a run made: what goes in and comes out, an example, and how to load them. */
export default function ModelTab({ run }: { readonly run: Run }) {
  const { t, locale } = useTranslation();
  const { data, error, refetch } = useAnswer(
    "get_run_models",
    { run_id: run.info.run_id },
    { every: isLive(run) ? pollingInterval(false) : false, keepsPrevious: false },
  );
  const failure =
    error === null ? null : <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />;
  if (data === undefined) return failure ?? <Skeleton lines={8} />;
  if (data.models.length === 0) {
    return (
      <>
        {failure}
        <EmptyPlace
          icon={Box}
          title={t("run.model.none.title")}
          why={t("run.model.none.why")}
          code={[{ name: "mlflow", code: LOGGING }]}
        />
      </>
    );
  }
  return (
    <div className={styles.scroll}>
      {failure}
      {data.models.map((model) => (
        <ModelView key={model.model_uri} run={run} model={model} />
      ))}
      {data.total > data.models.length ? (
        <p className={styles.count}>
          {t("run.shown", { shown: formatCount(data.models.length, locale), count: formatCount(data.total, locale) })}
        </p>
      ) : null}
    </div>
  );
}
