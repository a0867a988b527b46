import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { Dialog } from "../components";
import { LANGUAGES, useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import { bestMatches } from "../lib/matching";
import {
  type Command,
  type CommandSource,
  setTheme,
  switchWorkspace,
  THEMES,
  useAllCommands,
  useWorkspaces,
} from "../state";
import styles from "./CommandPalette.module.css";
import { rooms } from "./rooms";

const MOST_SHOWN = 50;
const PAUSE = 150;
const NOTHING_FOUND: readonly Command[] = [];

/** A line to type into, and what fits: pages, what the open page offers, languages, looks, what the server finds. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [place, setPlace] = useState(0);
  const offered = useAllCommands();
  const always = useShellCommands();
  const found = useFound(offered.sources, typed);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const fitting = bestMatches(
    [...offered.commands, ...always],
    (command) => `${command.text} ${command.words ?? ""}`,
    typed,
  );
  const shown = [...fitting, ...found].slice(0, MOST_SHOWN);
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

/** What can be done everywhere. */
function useShellCommands(): readonly Command[] {
  const { t, setLocale } = useTranslation();
  const [, navigate] = useLocation();
  const { name: here, all: workspaces } = useWorkspaces();
  return useMemo(
    () => [
      ...rooms.flatMap(({ navigation }) =>
        navigation === undefined
          ? []
          : [{ id: `room ${navigation.href}`, text: t(navigation.text), run: () => navigate(navigation.href) }],
      ),
      ...LANGUAGES.map(({ language, name }) => ({
        id: `language ${language}`,
        text: t("shell.commands.language", { name }),
        // Who reads none of the page's words finds her own language by these.
        words: `language язык idioma langue ${language}`,
        run: () => setLocale(language),
      })),
      ...THEMES.map((theme) => ({
        id: `theme ${theme}`,
        text: t("shell.commands.theme", { name: t(`shell.theme.${theme}`) }),
        words: "theme",
        run: () => setTheme(theme),
      })),
      ...workspaces
        .filter(({ name }) => name !== here)
        .map(({ name }) => ({
          id: `workspace ${name}`,
          text: t("shell.commands.workspace", { name }),
          words: "workspace",
          run: () => switchWorkspace(name),
        })),
    ],
    [t, setLocale, navigate, workspaces, here],
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
