import { useMemo } from "react";
import { useLocation } from "wouter";
import { hasAccounts, logOut } from "../api";
import { LANGUAGES, useTranslation } from "../i18n";
import { settingsAddress } from "../lib/addresses";
import { isOffered, SETTINGS_PARTS } from "../lib/settingsParts";
import {
  type Command,
  describeFailure,
  setTheme,
  showNotice,
  switchWorkspace,
  THEMES,
  useSession,
  useWorkspaces,
} from "../state";
import { rooms } from "./rooms";

/** Returns what can be done everywhere: go to a page or a part of the settings, choose language, look and workspace. */
export function useShellCommands(onKeyboard: () => void): readonly Command[] {
  const { t, find, setLocale } = useTranslation();
  const [, navigate] = useLocation();
  const { name: here, all: workspaces } = useWorkspaces();
  const { username, isAdmin } = useSession();
  return useMemo(
    () => [
      ...rooms.flatMap(({ navigation }) =>
        navigation === undefined
          ? []
          : [{ id: `room ${navigation.href}`, text: t(navigation.text), run: () => navigate(navigation.href) }],
      ),
      ...SETTINGS_PARTS.filter((part) => isOffered(part, hasAccounts(), isAdmin)).map(({ name }) => ({
        id: `settings ${name}`,
        text: t("shell.commands.settings", { name: t(`settings.${name}`) }),
        run: () => navigate(settingsAddress(name)),
      })),
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
      { id: "keyboard", text: t("shell.keyboard"), words: "help ?", run: onKeyboard },
      ...(username === null
        ? []
        : [
            {
              id: "logOut",
              text: t("shell.logOut"),
              run: () => void logOut().catch((error: unknown) => showNotice(describeFailure(error, find).text)),
            },
          ]),
    ],
    [t, find, setLocale, navigate, workspaces, here, username, isAdmin, onKeyboard],
  );
}
