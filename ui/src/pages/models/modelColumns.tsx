import { Link } from "wouter";
import type { ModelOverviewMessage, VersionSummaryMessage } from "../../api";
import { type DataColumn, KeyMetric, Name, Nothing, Time } from "../../components";
import type { Translate } from "../../i18n";
import { modelAddress } from "../../lib/addresses";
import { formatCount } from "../../lib/numbers";
import { StageBadge } from "../model/StageBadge";
import { VersionName } from "../model/VersionName";
import styles from "./ModelsPage.module.css";

type Column = DataColumn<ModelOverviewMessage>;

/** Returns the columns of the list of models: name, what is in Production and Staging, the newest version. */
export function modelColumns(t: Translate, locale: string): readonly Column[] {
  return [
    {
      id: "name",
      title: t("models.name"),
      width: 230,
      isPinned: true,
      isRowHeader: true,
      cell: ({ name }) => (
        <Link href={modelAddress(name)} className={styles.name}>
          <Name text={name} />
        </Link>
      ),
    },
    {
      id: "production",
      title: "Production",
      width: 320,
      cell: ({ name, production }) => <Occupant name={name} version={production} />,
    },
    {
      id: "staging",
      title: "Staging",
      width: 280,
      cell: ({ name, staging }) => <Occupant name={name} version={staging} />,
    },
    {
      id: "latest",
      title: t("models.latest"),
      width: 200,
      cell: ({ name, latest }) =>
        latest === null ? (
          <Nothing />
        ) : (
          <span className={styles.occupant}>
            <VersionName model={name} version={latest.version} label={latest.label} />
            <StageBadge stage={latest.stage} />
          </span>
        ),
    },
    {
      id: "versions",
      title: t("models.versions"),
      width: 90,
      align: "end",
      cell: ({ version_count }) => formatCount(version_count, locale),
    },
    {
      id: "changed",
      title: t("models.changed"),
      width: 130,
      cell: ({ last_updated_timestamp }) => <Time moment={last_updated_timestamp} isRelative />,
    },
  ];
}

function Occupant({ name, version }: { readonly name: string; readonly version: VersionSummaryMessage | null }) {
  if (version === null) return <Nothing />;
  return (
    <span className={styles.occupant}>
      <VersionName model={name} version={version.version} label={version.label} />
      {version.key_metric === null ? null : <KeyMetric metric={version.key_metric} />}
    </span>
  );
}
