import type { ReactNode } from "react";
import { Dialog } from "../components";
import { useTranslation } from "../i18n";
import { useShortcuts } from "../state";
import styles from "./KeyboardHelp.module.css";

interface Line {
  readonly keys: readonly string[];
  readonly text: string;
}

/** What the keyboard does: everywhere, in tables, and on the page that is open. */
export function KeyboardHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const shortcuts = useShortcuts();
  return (
    <Dialog title={t("shell.keyboard")} onClose={onClose}>
      {shortcuts.length === 0 ? null : (
        <Group
          title={t("shell.keyboard.here")}
          lines={shortcuts.map(({ key, text }) => ({ keys: [key], text: t(text) }))}
        />
      )}
      <Group
        title={t("shell.keyboard.everywhere")}
        lines={[
          { keys: ["Ctrl K", "⌘ K"], text: t("shell.keyboard.commands") },
          { keys: ["?"], text: t("shell.keyboard.help") },
          { keys: ["Esc"], text: t("shell.keyboard.close") },
        ]}
      />
      <Group
        title={t("shell.keyboard.tables")}
        lines={[
          { keys: ["↑", "↓"], text: t("shell.keyboard.table.move") },
          { keys: ["Home", "End"], text: t("shell.keyboard.table.ends") },
          { keys: ["Enter"], text: t("shell.keyboard.table.open") },
          { keys: ["Space"], text: t("shell.keyboard.table.select") },
        ]}
      />
    </Dialog>
  );
}

function Group({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }): ReactNode {
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      <dl className={styles.lines}>
        {lines.map(({ keys, text }) => (
          <div key={text} className={styles.line}>
            <dt>{text}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
