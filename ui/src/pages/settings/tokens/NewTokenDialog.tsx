import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { NewTokenResponse } from "../../../api";
import { exportLines, serverAddress } from "../../../api";
import { Button, CodeBlock, CopyButton, Dialog, Select, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAction, useNow } from "../../../state";
import { FormDialog } from "../FormDialog";
import styles from "../Settings.module.css";
import { EXPIRIES, type ExpiryChoice, expiresAt } from "./expiry";

const SCOPES = ["READ", "EDIT", "MANAGE"] as const;

/** Makes a token, and shows its secret once. */
export function NewTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<(typeof SCOPES)[number]>("EDIT");
  const [choice, setChoice] = useState<ExpiryChoice>("90");
  const [day, setDay] = useState("");
  const { mutate, data, isPending, error } = useAction("create_token", ["list_tokens", "list_all_tokens"]);
  const end = expiresAt(choice, day, now);
  if (data !== undefined) return <Secret made={data} onClose={onClose} />;
  return (
    <FormDialog
      title={t("tokens.new")}
      submit={t("access.create")}
      isReady={name.trim() !== "" && end !== undefined}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate({ name: name.trim(), scope, ...(end == null ? {} : { expires_at: end }) })}
      onClose={onClose}
    >
      <TextField label={t("tokens.name")} hint={t("tokens.name.hint")} required value={name} onText={setName} />
      <Select
        label={t("tokens.scope")}
        value={scope}
        choices={SCOPES.map((one) => ({ value: one, text: t(`access.level.${one}`) }))}
        onChoice={setScope}
      />
      <p className={styles.note}>{t("tokens.scope.what")}</p>
      <div className={styles.row}>
        <Select
          label={t("tokens.expires")}
          value={choice}
          choices={EXPIRIES.map((one) => ({
            value: one,
            text:
              one === "never" || one === "day"
                ? t(`tokens.expires.${one}`)
                : t("tokens.expires.days", { count: Number(one) }),
          }))}
          onChoice={setChoice}
        />
        {choice === "day" ? (
          <TextField
            label={t("tokens.expires.on")}
            type="date"
            required
            error={day !== "" && end === undefined ? t("tokens.expires.past") : undefined}
            value={day}
            onText={setDay}
          />
        ) : null}
      </div>
    </FormDialog>
  );
}

function Secret({ made, onClose }: { readonly made: NewTokenResponse; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const address = location.origin + serverAddress("");
  const snippets = [
    {
      name: "sh",
      code: [...exportLines(address), `export MLFLOW_TRACKING_TOKEN=${made.secret}`].join("\n"),
    },
    {
      name: "curl",
      code: `curl -H "Authorization: Bearer ${made.secret}" ${address}/api/trialog/v1/me`,
    },
  ];
  return (
    <Dialog
      title={t("tokens.made", { name: made.token.name })}
      size="wide"
      staysOpen
      onClose={onClose}
      actions={
        <Button variant="primary" onClick={onClose}>
          {t("tokens.made.done")}
        </Button>
      }
    >
      <div className={styles.form}>
        <p className={styles.warning}>
          <TriangleAlert size={16} aria-hidden="true" />
          {t("tokens.made.once")}
        </p>
        <div className={styles.secret}>
          <code>{made.secret}</code>
          <CopyButton text={made.secret} name={t("tokens.secret")} />
        </div>
        <p>{t("tokens.made.use")}</p>
        <CodeBlock snippets={snippets} />
      </div>
    </Dialog>
  );
}
