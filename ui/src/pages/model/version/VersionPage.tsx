import { PackageX } from "lucide-react";
import { useEffect, useMemo } from "react";
import { useLocation } from "wouter";
import type { ModelOverviewMessage, ModelOverviewResponse, ModelVersionRowMessage } from "../../../api";
import { EmptyPlace, FailureNotice, LinkButton, Page, Section, Skeleton, Tabs } from "../../../components";
import { useTranslation } from "../../../i18n";
import { modelAddress, modelsAddress, versionAddress } from "../../../lib/addresses";
import { choiceCodec } from "../../../lib/codecs";
import { isNotFound, pollingInterval, useAnswer, usePathParameters, useUrlState } from "../../../state";
import { ArtifactBrowser } from "../../artifacts";
import { History } from "../History";
import { ModelGone } from "../ModelGone";
import { StageBadge } from "../StageBadge";
import { versionRequest } from "../useVersions";
import { LoadSection } from "./LoadSection";
import { SignatureSection } from "./SignatureSection";
import { ValueTables } from "./ValueTables";
import { VersionActions } from "./VersionActions";
import { VersionFacts } from "./VersionFacts";
import styles from "./VersionPage.module.css";

const TABS = ["overview", "files"] as const;
const tabCodec = choiceCodec(TABS, "overview");
const WHOLE_NUMBER = /^[1-9]\d{0,14}$/;

/** A version of a registered model; the address may name it by its number, label, stage, alias, or as the latest. */
export default function VersionPage() {
  const { name = "", version = "" } = usePathParameters<"name" | "version">("/models/:name/versions/:version");
  if (WHOLE_NUMBER.test(version)) return <NumberedVersion name={name} version={Number(version)} />;
  return <NamedVersion name={name} version={version} />;
}

/** Finds out which version has a name, and goes there. */
function NamedVersion({ name, version }: { readonly name: string; readonly version: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const { data, error, refetch } = useAnswer("get_named_version", { name, version }, { keepsPrevious: false });
  useEffect(() => {
    if (data !== undefined) navigate(versionAddress(name, data.version), { replace: true });
  }, [data, name, navigate]);
  return (
    <Page title={t("models.version", { version })} crumbs={crumbsOf(name, t("models.title"), version)}>
      {isNotFound(error) ? (
        <VersionGone name={name} version={version} />
      ) : error === null ? (
        <Skeleton lines={8} />
      ) : (
        <FailureNotice error={error} onAgain={() => void refetch()} />
      )}
    </Page>
  );
}

function NumberedVersion({ name, version }: { readonly name: string; readonly version: number }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useAnswer("get_model_overview", versionRequest(name, version), {
    every: pollingInterval(false),
    keepsPrevious: false,
  });
  const row = data?.versions.find(({ summary }) => summary.version === version);
  const isModelGone = isNotFound(error);
  const title = t("models.version", { version });
  const summary = row?.summary;
  return (
    <Page
      title={`${title} · ${name}`}
      heading={
        <span className={styles.heading}>
          {title}
          {summary?.label == null ? null : <bdi>{summary.label}</bdi>}
          {summary === undefined ? null : (
            <span>
              <StageBadge stage={summary.stage} />
            </span>
          )}
        </span>
      }
      crumbs={crumbsOf(name, t("models.title"), title)}
      actions={
        data === undefined || row === undefined || isModelGone ? undefined : (
          <VersionActions model={data.model} row={row} />
        )
      }
    >
      {error === null || isModelGone ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      {isModelGone ? (
        <ModelGone name={name} />
      ) : data === undefined ? (
        error === null && <Skeleton lines={10} />
      ) : row === undefined ? (
        <VersionGone name={name} version={String(version)} />
      ) : (
        <LoadedVersion key={`${name} ${version}`} model={data.model} row={row} answer={data} />
      )}
    </Page>
  );
}

interface LoadedVersionProps {
  readonly model: ModelOverviewMessage;
  readonly row: ModelVersionRowMessage;
  readonly answer: ModelOverviewResponse;
}

function LoadedVersion({ model, row, answer }: LoadedVersionProps) {
  const { t } = useTranslation();
  const [tab] = useUrlState("tab", tabCodec);
  const { name } = model;
  const { version } = row.summary;
  const roots = useMemo(
    () => [{ source: { kind: "version", name, version: String(version) }, name: null }] as const,
    [name, version],
  );
  return (
    <>
      <Tabs
        label={t("models.version.tabs")}
        tabs={TABS.map((part) => ({
          href: versionAddress(name, version, { tab: tabCodec.format(part) }),
          text: t(`models.version.tab.${part}`),
          isCurrent: part === tab,
        }))}
      />
      {tab === "overview" ? (
        <>
          <VersionFacts model={model} row={row} />
          <ValueTables row={row} readings={answer.readings} />
          <LoadSection name={name} row={row} />
          <SignatureSection
            name={name}
            version={version}
            signature={row.signature_id === null ? undefined : answer.signatures[row.signature_id]}
          />
          <Section title={t("models.history")}>
            <History name={name} version={version} />
          </Section>
        </>
      ) : (
        <div className={styles.browser}>
          <ArtifactBrowser
            roots={roots}
            name={name}
            isLive={false}
            empty={<EmptyPlace title={t("models.files.none.title")} why={t("models.files.none.why")} />}
          />
        </div>
      )}
    </>
  );
}

function VersionGone({ name, version }: { readonly name: string; readonly version: string }) {
  const { t } = useTranslation();
  return (
    <EmptyPlace
      icon={PackageX}
      title={t("models.version.gone.title", { version, name })}
      why={t("models.version.gone.why")}
      actions={<LinkButton href={modelAddress(name)}>{t("models.version.gone.all")}</LinkButton>}
    />
  );
}

function crumbsOf(name: string, models: string, here: string) {
  return [
    { text: models, href: modelsAddress() },
    { text: <bdi>{name}</bdi>, href: modelAddress(name) },
    { text: <bdi>{here}</bdi> },
  ];
}
