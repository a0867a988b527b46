import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button, Checkbox, IconButton, Section } from "../../components";
import { useTranslation } from "../../i18n";
import { formatCount } from "../../lib/numbers";
import { describeFailure, showNotice, useAction } from "../../state";
import { mayEdit, type Run, shownTags } from "./runFacts";
import { TagDialog } from "./TagDialog";
import styles from "./Tags.module.css";

const MOST_SHOWN = 200;

/** The tags of a run; who may, adds, changes and removes them. */
export function Tags({ run }: { readonly run: Run }) {
  const { t, locale } = useTranslation();
  const [withSystem, setWithSystem] = useState(false);
  const [edited, setEdited] = useState<{ readonly key: string; readonly value: string } | null>(null);
  const remove = useTagRemoval(run);
  const tags = shownTags(run, withSystem);
  const shown = tags.slice(0, MOST_SHOWN);
  const unread = run.tag_count - run.tags.length;
  const canEdit = mayEdit(run);
  return (
    <Section
      title={t("run.tags")}
      actions={
        canEdit ? (
          <Button variant="quiet" icon={Plus} onClick={() => setEdited({ key: "", value: "" })}>
            {t("run.tags.add")}
          </Button>
        ) : null
      }
    >
      {tags.length === 0 ? <p className={styles.nothing}>{t("run.tags.none")}</p> : null}
      <ul className={styles.tags}>
        {shown.map(({ key, value = "" }) => (
          <li key={key} className={styles.tag}>
            {canEdit ? (
              <button
                type="button"
                className={styles.face}
                title={t("run.tags.change", { key })}
                onClick={() => setEdited({ key, value })}
              >
                <TagText name={key} value={value} />
              </button>
            ) : (
              <span className={styles.face}>
                <TagText name={key} value={value} />
              </span>
            )}
            {canEdit ? (
              <IconButton
                icon={X}
                label={t("run.tags.remove", { key })}
                className={styles.remove}
                onClick={() => remove(key, value)}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {tags.length + unread > shown.length ? (
        <p className={styles.nothing}>
          {t("run.tags.more", {
            shown: formatCount(shown.length, locale),
            count: formatCount(tags.length + unread, locale),
          })}
        </p>
      ) : null}
      <Checkbox label={t("run.tags.system")} isChecked={withSystem} onCheck={setWithSystem} />
      {edited === null ? null : <TagDialog runId={run.info.run_id} tag={edited} onClose={() => setEdited(null)} />}
    </Section>
  );
}

function TagText({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <bdi className={styles.key}>{name}</bdi>
      {value === "" ? null : <bdi className={styles.value}>{value}</bdi>}
    </>
  );
}

/** Returns what removes a tag, and offers to take that back. */
function useTagRemoval(run: Run): (key: string, value: string) => void {
  const { t, find } = useTranslation();
  const { mutateAsync: removeTag } = useAction("delete_tag", ["get_run_overview"]);
  const { mutateAsync: setTag } = useAction("set_tag", ["get_run_overview"]);
  const runId = run.info.run_id;
  const failed = (error: unknown) => showNotice(t("run.tags.failed", { why: describeFailure(error, find).text }));
  return (key, value) => {
    removeTag({ run_id: runId, key }).then(
      () =>
        showNotice(t("run.tags.removed", { key }), {
          text: t("run.undo"),
          run: () => {
            setTag({ run_id: runId, key, value }).catch(failed);
          },
        }),
      failed,
    );
  };
}
