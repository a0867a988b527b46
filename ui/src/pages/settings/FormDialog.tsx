import { type ReactNode, useId } from "react";
import { Button, Dialog, FailureNotice } from "../../components";
import { useTranslation } from "../../i18n";
import styles from "./Settings.module.css";

/** What a dialog with fields needs. */
export interface FormDialogProps {
  readonly title: string;
  /** What the button that sends it says. */
  readonly submit: string;
  /** Whether all that is needed is filled in. */
  readonly isReady?: boolean;
  readonly isBusy?: boolean;
  /** Why it could not be done; what was filled in stays. */
  readonly error: unknown;
  readonly size?: "normal" | "wide";
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog with fields to fill in: Enter sends it. */
export function FormDialog(props: FormDialogProps) {
  const { title, submit, isReady = true, isBusy = false, error, size = "normal", onSubmit, onClose, children } = props;
  const { t } = useTranslation();
  const id = useId();
  return (
    <Dialog
      title={title}
      size={size}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" form={id} variant="primary" isBusy={isBusy} disabled={!isReady}>
            {submit}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy) onSubmit();
        }}
      >
        {children}
        {error === null ? null : <FailureNotice error={error} />}
      </form>
    </Dialog>
  );
}
