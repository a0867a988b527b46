import { Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "../i18n";
import { formatCount } from "../lib/numbers";
import { describeFailure, showNotice } from "../state";
import { Button } from "./Button";
import { IconButton } from "./IconButton";
import { TagDialog, type TagText } from "./TagDialog";
import styles from "./TagEditor.module.css";

const MOST_SHOWN = 200;

/** What tags need to be shown and changed. */
export interface TagEditorProps {
  readonly tags: readonly TagText[];
  /** How many there are besides that were not fetched. */
  readonly unread?: number;
  /** What is said where there are none. */
  readonly none: ReactNode;
  readonly isEditable: boolean;
  readonly onSet: (key: string, value: string) => Promise<unknown>;
  readonly onRemove: (key: string) => Promise<unknown>;
}

/** Tags; who may, adds, changes and removes them, and takes a removal back. */
export function TagEditor({ tags, unread = 0, none, isEditable, onSet, onRemove }: TagEditorProps) {
  const { t, find, locale } = useTranslation();
  const [edited, setEdited] = useState<TagText | null>(null);
  const shown = tags.slice(0, MOST_SHOWN);
  const total = tags.length + unread;

  function failed(error: unknown): void {
    showNotice(t("tags.failed", { why: describeFailure(error, find).text }));
  }
  function remove(key: string, value: string): void {
    onRemove(key).then(
      () =>
        showNotice(t("tags.removed", { key }), {
          text: t("tags.undo"),
          run: () => void onSet(key, value).catch(failed),
        }),
      failed,
    );
  }
  return (
    <>
      {tags.length === 0 ? <p className={styles.nothing}>{none}</p> : null}
      <ul className={styles.tags}>
        {shown.map(({ key, value }) => (
          <li key={key} className={styles.tag}>
            {isEditable ? (
              <>
                <button
                  type="button"
                  className={styles.face}
                  title={t("tags.change", { key })}
                  onClick={() => setEdited({ key, value })}
                >
                  <Face name={key} value={value} />
                </button>
                <IconButton
                  icon={X}
                  label={t("tags.remove", { key })}
                  className={styles.remove ?? ""}
                  onClick={() => remove(key, value)}
                />
              </>
            ) : (
              <span className={styles.face} title={value === "" ? key : `${key}: ${value}`}>
                <Face name={key} value={value} />
              </span>
            )}
          </li>
        ))}
        {isEditable ? (
          <li>
            <Button variant="quiet" icon={Plus} onClick={() => setEdited({ key: "", value: "" })}>
              {t("tags.add")}
            </Button>
          </li>
        ) : null}
      </ul>
      {total > shown.length ? (
        <p className={styles.nothing}>
          {t("tags.more", { shown: formatCount(shown.length, locale), count: formatCount(total, locale) })}
        </p>
      ) : null}
      {edited === null ? null : <TagDialog tag={edited} known={tags} onSet={onSet} onClose={() => setEdited(null)} />}
    </>
  );
}

function Face({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <bdi className={styles.key}>{name}</bdi>
      {value === "" ? null : <bdi className={styles.value}>{value}</bdi>}
    </>
  );
}
