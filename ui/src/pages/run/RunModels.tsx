import { Link } from "wouter";
import type { RunLoggedModelMessage, RunVersionMessage } from "../../api";
import { Badge, Name, Section } from "../../components";
import { useTranslation } from "../../i18n";
import { runAddress, versionAddress } from "../../lib/addresses";
import styles from "./Lists.module.css";
import type { Run } from "./runFacts";

/** The models that a run made and used, and the versions that were registered from it. */
export function RunModels({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  return (
    <>
      {run.versions.length === 0 ? null : (
        <Section title={t("run.versions")}>
          <ul className={styles.list}>
            {run.versions.map((version) => (
              <VersionItem key={`${version.name} ${version.version}`} version={version} />
            ))}
          </ul>
        </Section>
      )}
      {run.logged_models.length === 0 ? null : (
        <Section title={t("run.models")}>
          <ul className={styles.list}>
            {run.logged_models.map((model) => (
              <ModelItem key={`${model.role} ${model.model_id}`} run={run} model={model} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function VersionItem({ version }: { readonly version: RunVersionMessage }) {
  const { t } = useTranslation();
  return (
    <li className={styles.item}>
      <div className={styles.line}>
        <Link href={versionAddress(version.name, version.version)} className={styles.name}>
          <Name text={version.name} />
        </Link>
        <span className={styles.soft}>{t("run.version", { version: version.label ?? String(version.version) })}</span>
        {version.stage === "None" ? null : (
          <Badge tone={version.stage === "Production" ? "good" : version.stage === "Staging" ? "accent" : "plain"}>
            {version.stage}
          </Badge>
        )}
      </div>
      {version.aliases.length === 0 ? null : (
        <div className={styles.details}>
          {version.aliases.map((alias) => (
            <Badge key={alias}>@{alias}</Badge>
          ))}
        </div>
      )}
    </li>
  );
}

function ModelItem({ run, model }: { readonly run: Run; readonly model: RunLoggedModelMessage }) {
  const { t } = useTranslation();
  const name = model.name ?? model.model_id;
  return (
    <li className={styles.item}>
      <div className={styles.line}>
        {model.role === "output" ? (
          <Link href={runAddress(run.info.run_id, "model")} className={styles.name}>
            <Name text={name} />
          </Link>
        ) : (
          <span className={styles.name}>
            <Name text={name} />
          </span>
        )}
        <Badge>{t(`run.models.${model.role}`)}</Badge>
        {model.status === "LOGGED_MODEL_UPLOAD_FAILED" ? <Badge tone="danger">{t("run.models.failed")}</Badge> : null}
        {model.status === "LOGGED_MODEL_PENDING" ? <Badge tone="warning">{t("run.models.pending")}</Badge> : null}
      </div>
      <div className={styles.details}>
        <code>{model.model_id}</code>
        {model.step === null ? null : <span>{t("run.models.step", { step: model.step })}</span>}
        {model.model_type === null || model.model_type === "" ? null : <span>{model.model_type}</span>}
      </div>
    </li>
  );
}
