import type { ReactNode } from "react";
import { Dialog } from "../components";
import { type PlainTextKey, useTranslation } from "../i18n";
import { useShortcuts } from "../state";
import styles from "./KeyboardHelp.module.css";

/** Keys, any of which does something; a key with a space in it is pressed together with the one before. */
type Line = readonly [text: PlainTextKey, ...keys: string[]];

const EVERYWHERE: readonly Line[] = [
  ["shell.keyboard.commands", "Ctrl K", "⌘ K"],
  ["shell.keyboard.help", "?"],
  ["shell.keyboard.close", "Esc"],
];

const GROUPS: readonly (readonly [title: PlainTextKey, lines: readonly Line[]])[] = [
  [
    "shell.keyboard.tables",
    [
      ["shell.keyboard.table.move", "↑", "↓"],
      ["shell.keyboard.table.page", "PgUp", "PgDn"],
      ["shell.keyboard.table.ends", "Home", "End"],
      ["shell.keyboard.table.open", "Enter"],
      ["shell.keyboard.table.select", "Space"],
      ["shell.keyboard.table.range", "Shift ↑", "Shift ↓"],
      ["shell.keyboard.table.fold", "→", "←"],
    ],
  ],
  [
    "shell.keyboard.charts",
    [
      ["shell.keyboard.chart.move", "←", "→"],
      ["shell.keyboard.chart.ends", "Home", "End"],
      ["shell.keyboard.chart.zoom", "+", "−"],
      ["shell.keyboard.chart.whole", "Esc"],
    ],
  ],
  [
    "shell.keyboard.fields",
    [
      ["shell.keyboard.field.suggest", "↓", "Ctrl Space"],
      ["shell.keyboard.field.take", "Tab", "Enter"],
      ["shell.keyboard.field.apply", "Enter"],
    ],
  ],
  [
    "shell.keyboard.menus",
    [
      ["shell.keyboard.menu.move", "↑", "↓"],
      ["shell.keyboard.menu.fold", "→", "←"],
      ["shell.keyboard.menu.letter", "A–Z"],
    ],
  ],
];

/** What the keyboard does: on the page that is open, everywhere, in tables, charts, fields and menus. */
export function KeyboardHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const shortcuts = useShortcuts();
  // Two of the same key would be two lines that say the same.
  const here = new Map(shortcuts.map(({ key, text }) => [text, key]));
  return (
    <Dialog title={t("shell.keyboard")} size="wide" onClose={onClose}>
      <div className={styles.groups}>
        {here.size === 0 ? null : (
          <Group title={t("shell.keyboard.here")} lines={[...here].map(([text, key]): Line => [text, shown(key)])} />
        )}
        <Group title={t("shell.keyboard.everywhere")} lines={EVERYWHERE} />
        {GROUPS.map(([title, lines]) => (
          <Group key={title} title={t(title)} lines={lines} />
        ))}
      </div>
    </Dialog>
  );
}

function shown(key: string): string {
  return key.length === 1 ? key.toUpperCase() : key === "Escape" ? "Esc" : key;
}

function Group({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      <dl className={styles.lines}>
        {lines.map(([text, ...keys]) => (
          <div key={text} className={styles.line}>
            <dt>{t(text)}</dt>
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
