import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { MetricReadingMessage, ModelOverviewResponse, ModelVersionRowMessage } from "../../api";
import { ByteSize, IconButton, Name, Nothing, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { runAddress } from "../../lib/addresses";
import { classes } from "../../lib/classes";
import { isSame } from "../../lib/differences";
import styles from "./CompareTable.module.css";
import { type ComparedLine, comparedLines } from "./comparison";
import { MetricLine } from "./MetricLine";
import { PlainTable } from "./PlainTable";
import { StageBadge } from "./StageBadge";
import { signatureText } from "./signatureText";
import { VersionName } from "./VersionName";

/** What a comparison needs. */
export interface CompareTableProps {
  /** The registered model. */
  readonly name: string;
  readonly rows: readonly ModelVersionRowMessage[];
  readonly readings: Readonly<Record<string, MetricReadingMessage>>;
  readonly signatures: ModelOverviewResponse["signatures"];
  /** Whether lines that are the same everywhere are left out. */
  readonly onlyDiffering: boolean;
  /** Takes a version out; undefined where all of them are needed. */
  readonly onRemove: ((version: number) => void) | undefined;
}

/** Versions beside each other: a column each, a line for everything that one of them has. */
export function CompareTable(props: CompareTableProps) {
  const { name, rows, readings, signatures, onlyDiffering, onRemove } = props;
  const { t } = useTranslation();
  const width = rows.length + (rows.length === 2 ? 2 : 1);
  const shown = <Value,>(lines: readonly ComparedLine<Value>[]) =>
    lines.filter(({ isDifferent }) => isDifferent || !onlyDiffering);
  const metrics = shown(comparedLines<number | string>(rows.map((row) => row.metrics)));
  const params = shown(comparedLines<string>(rows.map((row) => row.params)));
  const tags = shown(comparedLines<string>(rows.map((row) => row.tags)));
  const signed = shown(comparedLines<string>(rows.map((row) => signatureText(signatures[row.signature_id ?? ""]))));
  return (
    <PlainTable label={t("models.compare.table")} className={styles.table}>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{t("models.compare.what")}</span>
          </th>
          {rows.map(({ summary: { version, label } }) => (
            <th key={version} scope="col">
              <span className={styles.head}>
                <VersionName model={name} version={version} label={label} />
                {onRemove === undefined ? null : (
                  <IconButton
                    icon={X}
                    label={t("models.compare.remove", { version })}
                    onClick={() => onRemove(version)}
                  />
                )}
              </span>
            </th>
          ))}
          {rows.length === 2 ? <th scope="col">{t("models.compare.difference")}</th> : null}
        </tr>
      </thead>
      <tbody>
        <AboutLine
          name={t("models.versions.stage")}
          rows={rows}
          of={({ summary }) => <StageBadge stage={summary.stage} />}
        />
        <AboutLine
          name={t("models.versions.run")}
          rows={rows}
          of={({ summary: { run_id, run_name } }) =>
            run_id === null ? <Nothing /> : <Link href={runAddress(run_id)}>{run_name ?? run_id}</Link>
          }
        />
        <AboutLine
          name={t("models.versions.registered")}
          rows={rows}
          of={({ summary }) => <Time moment={summary.creation_timestamp} />}
        />
        <AboutLine
          name={t("models.versions.flavors")}
          rows={rows}
          of={({ flavors }) => (flavors.length === 0 ? <Nothing /> : flavors.join(", "))}
        />
        <AboutLine
          name={t("models.versions.size")}
          rows={rows}
          of={({ size_bytes }) => <ByteSize bytes={size_bytes} />}
        />
      </tbody>
      <Group title={t("models.metrics")} count={metrics.length} width={width} none={t("models.compare.none")}>
        {metrics.map((line) => (
          <MetricLine key={line.name} line={line} reading={readings[line.name]} />
        ))}
      </Group>
      <Group title={t("models.params")} count={params.length} width={width} none={t("models.compare.none")}>
        <TextLines lines={params} width={width} />
      </Group>
      <Group title={t("models.tags")} count={tags.length} width={width} none={t("models.compare.none")}>
        <TextLines lines={tags} width={width} />
      </Group>
      <Group title={t("models.signature")} count={signed.length} width={width} none={t("models.compare.none")}>
        <TextLines lines={signed} width={width} />
      </Group>
    </PlainTable>
  );
}

interface GroupProps {
  readonly title: string;
  readonly count: number;
  readonly width: number;
  /** What is said where nothing is in it. */
  readonly none: string;
  readonly children: ReactNode;
}

function Group({ title, count, width, none, children }: GroupProps) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={width} className={styles.group}>
          {title}
        </th>
      </tr>
      {count > 0 ? (
        children
      ) : (
        <tr>
          <td colSpan={width} className={styles.none}>
            {none}
          </td>
        </tr>
      )}
    </tbody>
  );
}

interface AboutLineProps {
  readonly name: string;
  readonly rows: readonly ModelVersionRowMessage[];
  readonly of: (row: ModelVersionRowMessage) => ReactNode;
}

function AboutLine({ name, rows, of }: AboutLineProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {rows.map((row) => (
        <td key={row.summary.version}>{of(row)}</td>
      ))}
      {rows.length === 2 ? <td /> : null}
    </tr>
  );
}

function TextLines({ lines, width }: { readonly lines: readonly ComparedLine<string>[]; readonly width: number }) {
  const { t } = useTranslation();
  return lines.map(({ name, values }) => (
    <tr key={name} className={classes(!isSame(values) && styles.different)}>
      <th scope="row">
        <Name text={name} />
      </th>
      {values.map((value, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by their places.
        <td key={place}>{value === null ? <Nothing /> : <bdi>{value}</bdi>}</td>
      ))}
      {width === values.length + 2 ? <td>{isSame(values) ? "" : t("models.compare.differs")}</td> : null}
    </tr>
  ));
}
