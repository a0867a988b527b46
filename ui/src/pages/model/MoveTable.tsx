import { MoveRight } from "lucide-react";
import type { RegistryMoveMessage } from "../../api";
import { Nothing, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { Actor } from "./Actor";
import { GateMark } from "./GateMark";
import styles from "./MoveTable.module.css";
import { PlainTable } from "./PlainTable";
import { StageBadge } from "./StageBadge";

/** Moves of stages and aliases: when, who, what, from where to where, why, and what a gate measured. */
export function MoveTable({ moves }: { readonly moves: readonly RegistryMoveMessage[] }) {
  const { t } = useTranslation();
  return (
    <PlainTable label={t("models.history")}>
      <thead>
        <tr>
          <th scope="col">{t("models.history.when")}</th>
          <th scope="col">{t("models.history.who")}</th>
          <th scope="col">{t("models.history.what")}</th>
          <th scope="col">{t("models.history.move")}</th>
          <th scope="col">{t("models.history.reason")}</th>
          <th scope="col">{t("models.history.gate")}</th>
        </tr>
      </thead>
      <tbody>
        {moves.map((move) => (
          <tr key={move.move_id}>
            <td className={styles.short}>
              <Time moment={move.timestamp} hasSeconds />
            </td>
            <td>
              <Actor name={move.actor} />
            </td>
            <td>
              <What move={move} />
            </td>
            <td>{move.alias === null ? <StageMove move={move} /> : <AliasMove move={move} />}</td>
            <td>{move.reason === null ? <Nothing /> : <bdi className={styles.reason}>{move.reason}</bdi>}</td>
            <td>{move.gate === null ? <Nothing /> : <GateMark gate={move.gate} />}</td>
          </tr>
        ))}
      </tbody>
    </PlainTable>
  );
}

function What({ move }: { readonly move: RegistryMoveMessage }) {
  const { t } = useTranslation();
  const { operation, alias, version, to_stage } = move;
  if (alias !== null) return <bdi>@{alias}</bdi>;
  const text = version === null ? t("models.history.model") : t("models.version", { version });
  // What a promotion or a rollback pushed out went by the same call.
  const isPushedOut = to_stage === "Archived" && (operation === "promote" || operation === "rollback");
  if (operation === "rollback" && !isPushedOut) return t("models.history.rolledBack", { what: text });
  if (operation === "delete") return t("models.history.deleted", { what: text });
  return text;
}

function StageMove({ move: { from_stage, to_stage } }: { readonly move: RegistryMoveMessage }) {
  const { t } = useTranslation();
  return (
    <span className={styles.move}>
      {from_stage === null ? <Nothing /> : <StageBadge stage={from_stage} />}
      <MoveRight size={14} aria-label={t("models.history.to")} role="img" />
      {to_stage === null ? <Nothing /> : <StageBadge stage={to_stage} />}
    </span>
  );
}

function AliasMove({ move: { from_version, version } }: { readonly move: RegistryMoveMessage }) {
  const { t } = useTranslation();
  return (
    <span className={styles.move}>
      {from_version === null ? <Nothing /> : <span>{t("models.version", { version: from_version })}</span>}
      <MoveRight size={14} aria-label={t("models.history.to")} role="img" />
      {version === null ? <Nothing /> : <span>{t("models.version", { version })}</span>}
    </span>
  );
}
