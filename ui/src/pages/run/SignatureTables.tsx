import { CodeBlock } from "../../components";
import { useTranslation } from "../../i18n";
import { formatCount } from "../../lib/numbers";
import type { Signature, SignatureField } from "../../lib/signature";
import styles from "./SignatureTables.module.css";

const MOST_SHOWN = 500;
const WITH_SIGNATURE = [
  "from mlflow.models import infer_signature",
  "",
  "signature = infer_signature(X_train, model.predict(X_train))",
  'mlflow.sklearn.log_model(model, name="model", signature=signature)',
].join("\n");

/** What the tables of a signature need. */
export interface SignatureTablesProps {
  /** Null where the model was logged without. */
  readonly signature: Signature | null;
  /** Whether the model has files in which one could stand. */
  readonly hasFiles: boolean;
}

/** What goes into a model and comes out of it as tables; where nobody said it, why and how to say it. */
export function SignatureTables({ signature, hasFiles }: SignatureTablesProps) {
  const { t } = useTranslation();
  if (signature === null) {
    return (
      <div className={styles.tables}>
        <p className={styles.soft}>{hasFiles ? t("run.signature.none") : t("run.signature.unknown")}</p>
        {hasFiles ? <CodeBlock snippets={[{ name: "mlflow", code: WITH_SIGNATURE }]} /> : null}
      </div>
    );
  }
  return (
    <div className={styles.tables}>
      <FieldTable title={t("run.signature.inputs")} fields={signature.inputs} />
      <FieldTable title={t("run.signature.outputs")} fields={signature.outputs} />
      {signature.params.length === 0 ? null : (
        <FieldTable title={t("run.signature.params")} fields={signature.params} hasUsual />
      )}
    </div>
  );
}

interface FieldTableProps {
  readonly title: string;
  readonly fields: readonly SignatureField[];
  /** Whether a column says what each is if it is not given. */
  readonly hasUsual?: boolean;
}

function FieldTable({ title, fields, hasUsual = false }: FieldTableProps) {
  const { t, locale } = useTranslation();
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>
        {t("run.signature.caption", { title, count: formatCount(fields.length, locale) })}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t("run.signature.name")}</th>
          <th scope="col">{t("run.signature.type")}</th>
          <th scope="col">{hasUsual ? t("run.signature.usual") : t("run.signature.required")}</th>
        </tr>
      </thead>
      <tbody>
        {fields.slice(0, MOST_SHOWN).map(({ name, type, isRequired, usual }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a signature is its order.
          <tr key={place}>
            <th scope="row">
              {name === null ? <span className={styles.soft}>{t("run.signature.unnamed")}</span> : <bdi>{name}</bdi>}
            </th>
            <td>
              <code>{type}</code>
            </td>
            <td>{hasUsual ? <code>{usual}</code> : isRequired ? t("run.signature.yes") : t("run.signature.no")}</td>
          </tr>
        ))}
        {fields.length === 0 ? (
          <tr>
            <td colSpan={3} className={styles.soft}>
              {t("run.signature.empty")}
            </td>
          </tr>
        ) : null}
        {fields.length > MOST_SHOWN ? (
          <tr>
            <td colSpan={3} className={styles.soft}>
              {t("run.shown", { shown: formatCount(MOST_SHOWN, locale), count: formatCount(fields.length, locale) })}
            </td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}
