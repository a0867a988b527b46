import { Download, FileClock } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { type AuditRecordMessage, fileAddress } from "../../../api";
import {
  Badge,
  Button,
  type DataColumn,
  DataTable,
  EmptyPlace,
  FailureNotice,
  Name,
  Nothing,
  Skeleton,
  TextField,
  Time,
} from "../../../components";
import { useTranslation } from "../../../i18n";
import { textCodec } from "../../../lib/codecs";
import { useChangeUrl, useUrlState } from "../../../state";
import styles from "../Settings.module.css";
import { type RecordFilter, requestFor } from "./recordFilter";
import { useRecord } from "./useRecord";

const textOrNone = textCodec();
const MOST_ROWS = 20;

/** What was done on the server, by whom and when; only administrators come here. */
export function RecordPart() {
  const { t } = useTranslation();
  const [actor] = useUrlState("actor", textOrNone);
  const [operation] = useUrlState("operation", textOrNone);
  const [since] = useUrlState("since", textOrNone);
  const [until] = useUrlState("until", textOrNone);
  const filter = useMemo(() => ({ actor, operation, since, until }), [actor, operation, since, until]);
  const request = useMemo(() => requestFor(filter), [filter]);
  const { records, count, isLoaded, isBusy, error, again, onVisible } = useRecord(request);
  const columns = useColumns();
  return (
    <>
      <p className={styles.note}>{t("record.what")}</p>
      <FilterForm filter={filter} />
      {error === null ? null : <FailureNotice error={error} isKept={isLoaded} onAgain={again} />}
      {!isLoaded ? (
        error === null && <Skeleton lines={10} />
      ) : count === 0 ? (
        <EmptyPlace icon={FileClock} title={t("record.none")} why={t("record.none.why")} />
      ) : (
        <DataTable
          label={t("settings.record")}
          columns={columns}
          count={count}
          rowAt={(index) => records[index]}
          keyOf={(record) => String(record.record_id)}
          mostRows={MOST_ROWS}
          isBusy={isBusy}
          onVisible={onVisible}
        />
      )}
    </>
  );
}

function FilterForm({ filter }: { readonly filter: RecordFilter }) {
  const { t } = useTranslation();
  const changeUrl = useChangeUrl();
  const [typed, setTyped] = useState(filter);
  // Back and Forward change what is looked for, too.
  useEffect(() => setTyped(filter), [filter]);
  const change = (parts: Partial<RecordFilter>) => setTyped((before) => ({ ...before, ...parts }));
  return (
    <form
      className={styles.toolbar}
      onSubmit={(event) => {
        event.preventDefault();
        changeUrl(Object.fromEntries(Object.entries(typed).map(([key, text]) => [key, text.trim() || null])));
      }}
    >
      <div className={styles.narrowField}>
        <TextField label={t("record.actor")} value={typed.actor} onText={(text) => change({ actor: text })} />
      </div>
      <div className={styles.narrowField}>
        <TextField
          label={t("record.operation")}
          placeholder="delete_run"
          value={typed.operation}
          onText={(text) => change({ operation: text })}
        />
      </div>
      <TextField label={t("record.since")} type="date" value={typed.since} onText={(since) => change({ since })} />
      <TextField label={t("record.until")} type="date" value={typed.until} onText={(until) => change({ until })} />
      <Button type="submit">{t("record.search")}</Button>
      <a href={fileAddress("export_audit_records", {})} download="audit.jsonl" className={styles.download}>
        <Download size={15} aria-hidden="true" />
        {t("record.export")}
      </a>
    </form>
  );
}

function useColumns(): readonly DataColumn<AuditRecordMessage>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "when",
        title: t("record.when"),
        width: 230,
        cell: ({ timestamp }) => <Time moment={timestamp} hasSeconds />,
      },
      { id: "actor", title: t("record.actor"), width: 150, cell: ({ actor }) => <Name text={actor} /> },
      {
        id: "operation",
        title: t("record.operation"),
        width: 220,
        isRowHeader: true,
        cell: ({ operation }) => <Name text={operation} />,
      },
      {
        id: "resource",
        title: t("record.resource"),
        width: 260,
        cell: ({ resource }) => (resource === "" ? <Nothing /> : <Name text={resource} />),
      },
      {
        id: "end",
        title: t("record.end"),
        width: 230,
        cell: ({ status, code }) =>
          code === "" ? (
            <Badge tone="good">{t("record.done")}</Badge>
          ) : (
            <Badge tone="danger">{t("record.refused", { status, code })}</Badge>
          ),
      },
      { id: "via", title: t("record.via"), width: 150, cell: ({ via }) => <Name text={via} /> },
      { id: "address", title: t("record.address"), width: 150, cell: ({ address }) => <Name text={address} /> },
    ],
    [t],
  );
}
