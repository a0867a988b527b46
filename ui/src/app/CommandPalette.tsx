import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Dialog } from "../components";
import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import { bestMatches } from "../lib/matching";
import { type Command, type CommandSource, useAllCommands } from "../state";
import styles from "./CommandPalette.module.css";
import { useShellCommands } from "./useShellCommands";

const MOST_SHOWN = 50;
const PAUSE = 150;
const NOTHING_FOUND: readonly Command[] = [];

/** What the palette leads to. */
export interface CommandPaletteProps {
  readonly onClose: () => void;
  /** Shows what the keyboard does. */
  readonly onKeyboard: () => void;
}

/** A line to type into, and what fits: pages, what the open page offers, languages, looks, what the server finds. */
export function CommandPalette({ onClose, onKeyboard }: CommandPaletteProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [place, setPlace] = useState(0);
  const offered = useAllCommands();
  const always = useShellCommands(onKeyboard);
  const found = useFound(offered.sources, typed);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const fitting = bestMatches(
    [...offered.commands, ...always],
    (command) => `${command.text} ${command.words ?? ""}`,
    typed,
  );
  const shown = [...new Map([...fitting, ...found].map((command) => [command.id, command])).values()].slice(
    0,
    MOST_SHOWN,
  );
  const current = Math.min(place, shown.length - 1);

  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: "nearest" });
  }, [current]);

  function run(command: Command | undefined): void {
    if (command === undefined) return;
    onClose();
    command.run();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setPlace((current + 1) % Math.max(shown.length, 1));
    else if (event.key === "ArrowUp") setPlace((current - 1 + shown.length) % Math.max(shown.length, 1));
    else if (event.key === "Enter") run(shown[current]);
    else return;
    event.preventDefault();
  }
  return (
    <Dialog title={t("shell.commands.label")} isTitleHidden onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={shown.length === 0 ? undefined : `${id}-${current}`}
        aria-label={t("shell.commands")}
        placeholder={t("shell.commands")}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        className={styles.line}
        onChange={(event) => {
          setTyped(event.target.value);
          setPlace(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={id} role="listbox" aria-label={t("shell.commands.label")} className={styles.list}>
        {shown.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the line above has the keys.
          <div
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={classes(styles.command, index === current && styles.current)}
            onPointerMove={() => setPlace(index)}
            onClick={() => run(command)}
          >
            <bdi>{command.text}</bdi>
          </div>
        ))}
      </div>
      <p role="status" className={shown.length === 0 ? styles.none : "visually-hidden"}>
        {shown.length === 0 ? t("shell.commands.none", { typed }) : ""}
      </p>
    </Dialog>
  );
}

/** What the server finds, a moment after somebody stopped typing. */
function useFound(sources: readonly CommandSource[], typed: string): readonly Command[] {
  const [found, setFound] = useState(NOTHING_FOUND);
  useEffect(() => {
    const control = new AbortController();
    const timer = setTimeout(async () => {
      const lists = typed.trim() === "" ? [] : sources.map((source) => source(typed, control.signal));
      const settled = await Promise.allSettled(lists);
      // What cannot be asked for is left out: the other commands still work.
      const all = settled.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
      if (!control.signal.aborted) setFound(all.length === 0 ? NOTHING_FOUND : all);
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [sources, typed]);
  return found;
}
