import { Ban, Check, CircleDashed, LoaderCircle, type LucideIcon, X } from "lucide-react";
import type { RunInfoMessage } from "../api";
import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import styles from "./StatusMark.module.css";

/** Where a run stands. */
export type RunStatus = RunInfoMessage["status"];

const SIGNS: Readonly<Record<RunStatus, LucideIcon>> = {
  RUNNING: LoaderCircle,
  SCHEDULED: CircleDashed,
  FINISHED: Check,
  FAILED: X,
  KILLED: Ban,
};

/** Where a run stands: a sign, its colour and a word. */
export function StatusMark({
  status,
  isSignAlone = false,
}: {
  readonly status: RunStatus;
  readonly isSignAlone?: boolean;
}) {
  const { t } = useTranslation();
  const Sign = SIGNS[status];
  const word = t(`status.${status}`);
  return (
    <span className={classes(styles.mark, styles[status])} {...(isSignAlone ? { title: word } : {})}>
      <Sign size={14} aria-hidden="true" />
      <span className={isSignAlone ? "visually-hidden" : undefined}>{word}</span>
    </span>
  );
}
