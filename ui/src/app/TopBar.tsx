import { CircleUser, Keyboard, KeyRound, Languages, LogOut, Monitor, Moon, Search, Settings, Sun } from "lucide-react";
import { Link, useLocation } from "wouter";
import { logOut } from "../api";
import { IconButton, Menu, Tooltip } from "../components";
import { LANGUAGES, useTranslation } from "../i18n";
import { settingsAddress } from "../lib/addresses";
import { classes } from "../lib/classes";
import { describeFailure, showNotice, THEMES, useSession, useTheme } from "../state";
import { rooms } from "./rooms";
import styles from "./TopBar.module.css";
import { WorkspaceMenu } from "./WorkspaceMenu";

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const;
// Where browsers run on a Mac, the other key is the usual one.
const COMMAND_KEY = navigator.platform.startsWith("Mac") ? "⌘K" : "Ctrl K";

/** What the bar opens. */
export interface TopBarProps {
  readonly onCommands: () => void;
  readonly onKeyboard: () => void;
}

/** The bar at the top: where one can go, commands, language, look, and who is logged in. */
export function TopBar({ onCommands, onKeyboard }: TopBarProps) {
  const { t } = useTranslation();
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.brand}>
        <Sign />
        Trialog
      </Link>
      <Navigation />
      <div className={styles.tools}>
        <WorkspaceMenu />
        <button
          type="button"
          className={styles.commands}
          onClick={onCommands}
          aria-label={t("shell.commands")}
          aria-keyshortcuts="Control+K Meta+K"
        >
          <Search size={15} aria-hidden="true" />
          <span>{t("shell.commands")}</span>
          {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a name of a key takes no focus. */}
          <kbd aria-hidden="true" data-keys={COMMAND_KEY} />
        </button>
        <LanguageMenu />
        <ThemeMenu />
        <IconButton
          icon={Keyboard}
          label={t("shell.keyboard")}
          shortcut="?"
          className={styles.keyboard ?? ""}
          onClick={onKeyboard}
        />
        <SettingsLink />
        <UserMenu />
      </div>
    </header>
  );
}

function Navigation() {
  const { t } = useTranslation();
  const [path] = useLocation();
  return (
    <nav aria-label={t("shell.navigation")} className={styles.navigation}>
      {rooms.map(({ navigation }) => {
        if (navigation === undefined || !navigation.isInBar) return null;
        const { href, text } = navigation;
        const isHere = href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
        return (
          <Link
            key={href}
            href={href}
            aria-current={isHere ? (path === href ? "page" : "true") : undefined}
            className={classes(styles.place, isHere && styles.here)}
          >
            {t(text)}
          </Link>
        );
      })}
    </nav>
  );
}

function SettingsLink() {
  const { t } = useTranslation();
  const [path] = useLocation();
  const href = settingsAddress();
  return (
    <Tooltip text={t("settings.title")} isName>
      <Link
        href={href}
        aria-label={t("settings.title")}
        aria-current={path === href || path.startsWith(`${href}/`) ? "page" : undefined}
        className={styles.settings}
      >
        <Settings size={16} aria-hidden="true" />
      </Link>
    </Tooltip>
  );
}

function LanguageMenu() {
  const { t, language, setLocale } = useTranslation();
  return (
    <Menu
      label={t("shell.language")}
      icon={Languages}
      items={LANGUAGES.map((entry) => ({
        key: entry.language,
        text: <span lang={entry.locale}>{entry.name}</span>,
        isChosen: entry.language === language,
        onChoose: () => setLocale(entry.language),
      }))}
    />
  );
}

function ThemeMenu() {
  const { t } = useTranslation();
  const [theme, setTheme] = useTheme();
  return (
    <Menu
      label={t("shell.theme")}
      icon={THEME_ICONS[theme]}
      items={THEMES.map((choice) => ({
        key: choice,
        text: t(`shell.theme.${choice}`),
        icon: THEME_ICONS[choice],
        isChosen: choice === theme,
        onChoose: () => setTheme(choice),
      }))}
    />
  );
}

function UserMenu() {
  const { t, find } = useTranslation();
  const { username } = useSession();
  const [, navigate] = useLocation();
  if (username === null) return null;
  return (
    <Menu
      label={t("shell.user", { name: username })}
      icon={CircleUser}
      header={<bdi>{username}</bdi>}
      items={[
        {
          key: "account",
          text: t("settings.account"),
          icon: CircleUser,
          onChoose: () => navigate(settingsAddress("account")),
        },
        {
          key: "tokens",
          text: t("settings.tokens"),
          icon: KeyRound,
          onChoose: () => navigate(settingsAddress("tokens")),
        },
        {
          key: "logOut",
          text: t("shell.logOut"),
          icon: LogOut,
          onChoose: () => logOut().catch((error: unknown) => showNotice(describeFailure(error, find).text)),
        },
      ]}
    />
  );
}

function Sign() {
  return (
    <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true" className={styles.sign}>
      <rect width="32" height="32" rx="7" fill="currentColor" />
      <path d="M6 23 13 14l5 5 8-11" className={styles.curve} />
    </svg>
  );
}
