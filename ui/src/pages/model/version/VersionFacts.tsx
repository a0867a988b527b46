import { useState } from "react";
import { Link } from "wouter";
import type { ModelOverviewMessage, ModelVersionRowMessage } from "../../../api";
import { Badge, ByteSize, CopyButton, KeyMetric, Nothing, ShortId, TagEditor, Time } from "../../../components";
import { useTranslation } from "../../../i18n";
import { runAddress, runsAddress } from "../../../lib/addresses";
import { useAction } from "../../../state";
import { Fact, Facts, LongText, Unsaid } from "../About";
import { Actor } from "../Actor";
import { AliasDialog } from "../AliasDialog";
import { REGISTRY_ANSWERS } from "../changed";
import { DescriptionDialog } from "../DescriptionDialog";
import { mayEdit } from "../permissions";
import { StageBadge } from "../StageBadge";
import styles from "./VersionPage.module.css";

/** What the facts of a version need. */
export interface VersionFactsProps {
  readonly model: ModelOverviewMessage;
  readonly row: ModelVersionRowMessage;
}

/** What a version is: its stage and since when, its aliases, tags and description, where it comes from, where it lies. */
export function VersionFacts({ model, row }: VersionFactsProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<"aliases" | "description" | null>(null);
  const close = () => setEditing(null);
  const isEditable = mayEdit(model.permission);
  const opens = (what: "aliases" | "description") => (isEditable ? () => setEditing(what) : undefined);
  const { summary, description } = row;
  return (
    <>
      <Facts>
        <Fact name={t("models.versions.stage")}>
          <span className={styles.stage}>
            <StageBadge stage={summary.stage} />
            {summary.since === null ? null : <Time moment={summary.since} />}
            {summary.by === null ? null : <Actor name={summary.by} />}
          </span>
        </Fact>
        {summary.key_metric === null ? null : (
          <Fact name={t("models.keyMetric")}>
            <KeyMetric metric={summary.key_metric} />
          </Fact>
        )}
        <Fact name={t("models.aliases")} edit={t("models.aliases.edit")} onEdit={opens("aliases")}>
          {summary.aliases.length === 0 ? (
            <Unsaid>{t("models.aliases.none")}</Unsaid>
          ) : (
            <span className={styles.badges}>
              {summary.aliases.map((alias) => (
                <Badge key={alias}>@{alias}</Badge>
              ))}
            </span>
          )}
        </Fact>
        <Fact name={t("models.description")} edit={t("models.description.edit")} onEdit={opens("description")}>
          {description === null || description === "" ? (
            <Unsaid>{t("models.description.none")}</Unsaid>
          ) : (
            <LongText text={description} />
          )}
        </Fact>
        <Fact name={t("models.tags")}>
          <VersionTags model={model} row={row} />
        </Fact>
        <OriginFacts row={row} />
      </Facts>
      {editing === "aliases" ? <AliasDialog model={model} version={summary.version} onClose={close} /> : null}
      {editing === "description" ? <VersionDescription model={model} row={row} onClose={close} /> : null}
    </>
  );
}

function OriginFacts({ row }: { readonly row: ModelVersionRowMessage }) {
  const { t } = useTranslation();
  const { summary, user_id, model_id, flavors, size_bytes, storage_location, source, status_message } = row;
  return (
    <>
      <Fact name={t("models.versions.run")}>
        {summary.run_id === null ? (
          <Unsaid>{t("models.versions.noRun")}</Unsaid>
        ) : (
          <span className={styles.stage}>
            <Link href={runAddress(summary.run_id)}>{summary.run_name ?? summary.run_id}</Link>
            {summary.experiment_id === null ? null : (
              <Link href={runsAddress(summary.experiment_id)}>{t("models.versions.experiment")}</Link>
            )}
          </span>
        )}
      </Fact>
      <Fact name={t("models.versions.registered")}>
        <span className={styles.stage}>
          <Time moment={summary.creation_timestamp} hasSeconds />
          {user_id === null || user_id === "" ? null : <bdi>{user_id}</bdi>}
        </span>
      </Fact>
      {summary.status === "READY" ? null : (
        <Fact name={t("models.status")}>
          <Badge tone={summary.status === "FAILED_REGISTRATION" ? "danger" : "warning"}>
            {t(`models.status.${summary.status}`)}
          </Badge>{" "}
          {status_message}
        </Fact>
      )}
      <Fact name={t("models.versions.flavors")}>{flavors.length === 0 ? <Nothing /> : flavors.join(", ")}</Fact>
      <Fact name={t("models.versions.size")}>
        <ByteSize bytes={size_bytes} />
      </Fact>
      {model_id === null ? null : (
        <Fact name={t("models.loggedModel")}>
          <ShortId id={model_id} name={t("models.loggedModel")} />
        </Fact>
      )}
      <Fact name={t("models.files")}>
        <span className={styles.place}>
          <code>{storage_location === "" ? source : storage_location}</code>
          <CopyButton text={storage_location === "" ? source : storage_location} name={t("models.files")} />
        </span>
      </Fact>
    </>
  );
}

interface EditProps extends VersionFactsProps {
  readonly onClose: () => void;
}

function VersionDescription({ model, row, onClose }: EditProps) {
  const update = useAction("update_model_version", REGISTRY_ANSWERS);
  const version = String(row.summary.version);
  return (
    <DescriptionDialog
      description={row.description}
      isBusy={update.isPending}
      error={update.error}
      onSave={(description) => update.mutate({ name: model.name, version, description }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function VersionTags({ model, row }: VersionFactsProps) {
  const { t } = useTranslation();
  const { mutateAsync: set } = useAction("set_model_version_tag", REGISTRY_ANSWERS);
  const { mutateAsync: remove } = useAction("delete_model_version_tag", REGISTRY_ANSWERS);
  const place = { name: model.name, version: String(row.summary.version) };
  return (
    <TagEditor
      tags={Object.entries(row.tags).map(([key, value]) => ({ key, value }))}
      none={t("models.tags.noneOfVersion")}
      isEditable={mayEdit(model.permission)}
      onSet={(key, value) => set({ ...place, key, value })}
      onRemove={(key) => remove({ ...place, key })}
    />
  );
}
