import { TriangleAlert } from "lucide-react";
import type { StatusResponse, StoreStatusMessage } from "../../../api";
import { Badge, ByteSize, FailureNotice, Section, Skeleton, Time } from "../../../components";
import { useTranslation } from "../../../i18n";
import { formatCount } from "../../../lib/numbers";
import { pollingInterval, useAnswer } from "../../../state";
import { type Detail, Details } from "../Details";
import styles from "../Settings.module.css";

// Counting of what waits to be compressed ends here.
const MOST_COUNTED = 10_000;
const STORE_NAMES = { sqlite: "SQLite", postgresql: "PostgreSQL", another_server: "" } as const;

/** How the server is, and how the data is kept. */
export function StoragePart() {
  // What is being removed goes while one looks at it.
  const { data, error, refetch } = useAnswer("get_status", {}, { every: pollingInterval(false) });
  return (
    <>
      {error === null ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton lines={8} />
      ) : (
        <Status status={data} isAnswering={error === null} />
      )}
    </>
  );
}

function Status({ status, isAnswering }: { readonly status: StatusResponse; readonly isAnswering: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {status.is_open ? (
        <p className={styles.warning}>
          <TriangleAlert size={16} aria-hidden="true" />
          {t("storage.open")}
        </p>
      ) : null}
      <Section title={t("storage.server")}>
        <Details
          details={[
            {
              name: t("storage.health"),
              value: isAnswering ? (
                <Badge tone="good">{t("storage.health.good")}</Badge>
              ) : (
                <Badge tone="danger">{t("storage.health.silent")}</Badge>
              ),
            },
            { name: t("storage.since"), value: <Time moment={status.started_at} /> },
            { name: t("storage.accounts"), value: t(status.has_accounts ? "storage.on" : "storage.off") },
            { name: t("storage.workspaces"), value: t(status.has_workspaces ? "storage.on" : "storage.off") },
            { name: t("storage.served"), value: t(status.serves_artifacts ? "storage.on" : "storage.off") },
          ]}
        />
      </Section>
      <Section title={t("storage.store")}>
        {status.store_kind === "another_server" ? (
          <p className={styles.note}>{t("errors.remote.no_store_state")}</p>
        ) : status.store === null ? (
          <p className={styles.note}>{t("storage.admins", { kind: STORE_NAMES[status.store_kind] })}</p>
        ) : (
          <StoreDetails kind={STORE_NAMES[status.store_kind]} store={status.store} />
        )}
      </Section>
      {status.counts === null ? null : <Counts counts={status.counts} />}
    </>
  );
}

function StoreDetails({ kind, store }: { readonly kind: string; readonly store: StoreStatusMessage }) {
  const { t, locale } = useTranslation();
  const waiting = formatCount(store.series_to_seal, locale);
  return (
    <Details
      details={[
        { name: t("storage.kind"), value: kind },
        { name: t("storage.address"), value: <code>{store.address}</code> },
        { name: t("storage.size"), value: <ByteSize bytes={store.size_bytes} /> },
        { name: t("storage.free"), value: <ByteSize bytes={store.free_bytes} /> },
        {
          name: t("storage.toSeal"),
          value: store.series_to_seal >= MOST_COUNTED ? t("storage.atLeast", { count: waiting }) : waiting,
        },
        { name: t("storage.removing"), value: formatCount(store.being_removed, locale) },
        {
          name: t("storage.retention"),
          value:
            store.bin_retention_days === null
              ? t("storage.retention.never")
              : t("storage.retention.days", { count: store.bin_retention_days }),
        },
        {
          name: t("storage.artifacts"),
          value: store.artifacts === null ? t("storage.artifacts.none") : <code>{store.artifacts}</code>,
        },
        { name: t("storage.schema"), value: <code>{store.schema_version}</code> },
      ]}
    />
  );
}

function Counts({ counts }: { readonly counts: NonNullable<StatusResponse["counts"]> }) {
  const { t, locale } = useTranslation();
  const details: readonly Detail[] = [
    { name: t("storage.experiments"), value: formatCount(counts.experiments, locale) },
    { name: t("storage.runs"), value: formatCount(counts.runs, locale) },
    { name: t("storage.loggedModels"), value: formatCount(counts.logged_models, locale) },
    { name: t("storage.models"), value: formatCount(counts.registered_models, locale) },
    { name: t("storage.versions"), value: formatCount(counts.model_versions, locale) },
  ];
  return (
    <Section title={t("storage.counts")}>
      <p className={styles.note}>{t("storage.counts.what")}</p>
      <Details details={details} />
    </Section>
  );
}
