import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import { Button } from "./Button";
import styles from "./Dialog.module.css";
import { FailureNotice } from "./FailureNotice";
import { IconButton } from "./IconButton";

/** What a dialog needs. */
export interface DialogProps {
  readonly title: string;
  /** Whether the title is read aloud alone. */
  readonly isTitleHidden?: boolean;
  readonly onClose: () => void;
  /** Buttons at its end, the one that goes on last. */
  readonly actions?: ReactNode;
  readonly size?: "normal" | "wide";
  /** Whether a click beside it leaves it open: for what is shown once. */
  readonly staysOpen?: boolean;
  readonly children: ReactNode;
}

/** A dialog over the page, by the browser's own: shown as long as it is drawn. Escape and a click beside it close it. */
export function Dialog(props: DialogProps) {
  const { title, isTitleHidden = false, onClose, actions, size = "normal", staysOpen = false, children } = props;
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  // Who marks text and lets go beside the dialog does not mean to close it.
  const isPressedBeside = useRef(false);
  const titleId = useId();
  useEffect(() => {
    const box = dialog.current;
    const before = document.activeElement;
    box?.showModal();
    // Of itself a dialog gives the focus to its first button, which closes it.
    box?.querySelector<HTMLElement>("input, select, textarea")?.focus();
    return () => {
      box?.close();
      // Where the reader was before is where she goes on.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      else document.getElementById("main")?.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does what a click beside the dialog does.
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      className={classes(styles.dialog, styles[size])}
      onCancel={(event) => {
        // A dialog over this one tells of its own.
        if (event.target !== dialog.current) return;
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        isPressedBeside.current = event.target === dialog.current;
      }}
      onClick={(event) => {
        if (event.target === dialog.current && isPressedBeside.current && !staysOpen) onClose();
      }}
    >
      <div className={styles.box}>
        <header className={isTitleHidden ? "visually-hidden" : styles.header}>
          <h2 id={titleId}>{title}</h2>
          {isTitleHidden ? null : <IconButton icon={X} label={t("common.close")} onClick={onClose} />}
        </header>
        <div className={styles.content}>{children}</div>
        {actions === undefined ? null : <footer className={styles.footer}>{actions}</footer>}
      </div>
    </dialog>
  );
}

/** What a question before something is done needs. */
export interface ConfirmDialogProps {
  readonly title: string;
  /** What is done by the button that goes on. */
  readonly confirm: string;
  readonly isDangerous?: boolean;
  readonly isBusy?: boolean;
  /** Why it could not be done. */
  readonly error?: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks once before something is done; what goes is named in it. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, confirm, isDangerous = false, isBusy = false, error = null, onConfirm, onClose, children } = props;
  const { t } = useTranslation();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant={isDangerous ? "danger" : "primary"} isBusy={isBusy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
      {error === null ? null : <FailureNotice error={error} />}
    </Dialog>
  );
}
