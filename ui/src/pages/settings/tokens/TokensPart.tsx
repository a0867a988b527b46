import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { TokenMessage } from "../../../api";
import {
  Badge,
  Button,
  Checkbox,
  ConfirmDialog,
  type DataColumn,
  DataTable,
  EmptyPlace,
  FailureNotice,
  IconButton,
  Name,
  ShortId,
  Skeleton,
  Time,
} from "../../../components";
import { useTranslation } from "../../../i18n";
import { flagCodec } from "../../../lib/codecs";
import { showNotice, useAction, useAnswer, useNow, useSession, useUrlState } from "../../../state";
import styles from "../Settings.module.css";
import { NewTokenDialog } from "./NewTokenDialog";

const allCodec = flagCodec();
const NEW_TOKEN = [{ name: "sh", code: 'trialog tokens create "nightly training" --scope EDIT --expires 90d' }];

/** The reader's tokens; administrators see those of all. */
export function TokensPart() {
  const { t } = useTranslation();
  const { isAdmin } = useSession();
  const [isAll, setIsAll] = useUrlState("all", allCodec);
  const [isNew, setIsNew] = useState(false);
  const [removing, setRemoving] = useState<TokenMessage | null>(null);
  const ofAll = isAdmin && isAll;
  const own = useAnswer("list_tokens", {}, { enabled: !ofAll });
  const all = useAnswer("list_all_tokens", {}, { enabled: ofAll });
  const { data, error, refetch } = ofAll ? all : own;
  const columns = useColumns(ofAll, setRemoving);
  const tokens = data?.tokens ?? [];
  return (
    <>
      <p className={styles.note}>{t("tokens.what")}</p>
      <div className={styles.toolbar}>
        <Button variant="primary" icon={Plus} onClick={() => setIsNew(true)}>
          {t("tokens.new")}
        </Button>
        {isAdmin ? <Checkbox label={t("tokens.all")} isChecked={isAll} onCheck={(next) => setIsAll(next)} /> : null}
      </div>
      {error === null ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton lines={4} />
      ) : tokens.length === 0 ? (
        <EmptyPlace icon={KeyRound} title={t("tokens.none")} why={t("tokens.none.why")} code={NEW_TOKEN} />
      ) : (
        <DataTable
          label={t("settings.tokens")}
          columns={columns}
          count={tokens.length}
          rowAt={(index) => tokens[index]}
          keyOf={(token) => token.token_id}
          mostRows={18}
        />
      )}
      {isNew ? <NewTokenDialog onClose={() => setIsNew(false)} /> : null}
      {removing === null ? null : <RevokeDialog token={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function useColumns(ofAll: boolean, onRemove: (token: TokenMessage) => void): readonly DataColumn<TokenMessage>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "name", title: t("tokens.name"), width: 200, isRowHeader: true, cell: ({ name }) => <Name text={name} /> },
      ...(ofAll
        ? [
            {
              id: "user",
              title: t("access.user"),
              width: 150,
              cell: ({ username }: TokenMessage) => <Name text={username} />,
            },
          ]
        : []),
      { id: "id", title: t("tokens.id"), width: 145, cell: ({ token_id }) => <ShortId id={token_id} /> },
      { id: "scope", title: t("tokens.scope"), width: 130, cell: ({ scope }) => t(`access.level.${scope}`) },
      { id: "created", title: t("access.created"), width: 205, cell: ({ created_at }) => <Time moment={created_at} /> },
      { id: "expires", title: t("tokens.expires"), width: 205, cell: (token) => <Expiry moment={token.expires_at} /> },
      {
        id: "used",
        title: t("tokens.used"),
        width: 190,
        cell: ({ last_used_at }) =>
          last_used_at === null ? t("tokens.used.never") : <Time moment={last_used_at} isRelative />,
      },
      {
        id: "actions",
        title: t("settings.actions"),
        width: 95,
        align: "end",
        cell: (token) => (
          <span className={styles.actions}>
            <IconButton
              icon={Trash2}
              label={t("tokens.revoke", { name: token.name })}
              onClick={() => onRemove(token)}
            />
          </span>
        ),
      },
    ],
    [t, ofAll, onRemove],
  );
}

function Expiry({ moment }: { readonly moment: number | null }) {
  const { t } = useTranslation();
  const now = useNow();
  if (moment === null) return t("tokens.expires.never");
  if (moment <= now) return <Badge tone="warning">{t("tokens.expired")}</Badge>;
  return <Time moment={moment} />;
}

function RevokeDialog({ token, onClose }: { readonly token: TokenMessage; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useAction("delete_token", ["list_tokens", "list_all_tokens"]);
  return (
    <ConfirmDialog
      title={t("tokens.revoke.title")}
      confirm={t("tokens.revoke.confirm")}
      isDangerous
      isBusy={isPending}
      error={error}
      onConfirm={() =>
        mutate(
          { token_id: token.token_id },
          {
            onSuccess: () => {
              showNotice(t("tokens.revoked", { name: token.name }));
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    >
      <p>{t("tokens.revoke.text", { name: token.name })}</p>
    </ConfirmDialog>
  );
}
