import { useState } from "react";
import { Button, Dialog, FailureNotice, TextArea } from "../../components";
import { useTranslation } from "../../i18n";

/** What editing a description needs. */
export interface DescriptionDialogProps {
  readonly description: string | null;
  readonly isBusy: boolean;
  readonly error: Error | null;
  /** Keeps another one; null takes it away. */
  readonly onSave: (description: string | null) => void;
  readonly onClose: () => void;
}

/** Says what a model or a version is for. */
export function DescriptionDialog({ description, isBusy, error, onSave, onClose }: DescriptionDialogProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(description ?? "");
  return (
    <Dialog
      title={t("models.description")}
      size="wide"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isBusy={isBusy} onClick={() => onSave(text.trim() === "" ? null : text)}>
            {t("models.save")}
          </Button>
        </>
      }
    >
      <TextArea
        label={t("models.description")}
        isLabelHidden
        placeholder={t("models.description.placeholder")}
        value={text}
        onText={setText}
        rows={8}
      />
      {error === null ? null : <FailureNotice error={error} />}
    </Dialog>
  );
}
