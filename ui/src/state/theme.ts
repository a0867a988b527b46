import { createStore } from "../lib/store";
import { keep, readKept } from "./kept";
import { useStore } from "./useStore";

/** How pages look: `system` goes with the system. */
export const THEMES = ["system", "light", "dark"] as const;

/** One of them. */
export type Theme = (typeof THEMES)[number];

const NAME = "theme";
const DARK = "(prefers-color-scheme: dark)";

const chosen = createStore<Theme>(THEMES.find((theme) => theme === readKept(NAME)) ?? "system");
const shown = createStore<"light" | "dark">(resolved(chosen.get()));

/** Gives the page the look that was chosen, and follows the system; called once at the start. */
export function startTheme(): void {
  show(chosen.get());
  matchMedia(DARK).addEventListener("change", () => show(chosen.get()));
}

/** Returns what was chosen, and what chooses another. */
export function useTheme(): [Theme, (next: Theme) => void] {
  return [useStore(chosen), setTheme];
}

/** Returns whether the page is light or dark now; charts draw anew with it. */
export function useShownTheme(): "light" | "dark" {
  return useStore(shown);
}

/** Chooses a look and keeps it. */
export function setTheme(next: Theme): void {
  keep(NAME, next === "system" ? null : next);
  chosen.set(next);
  show(next);
}

/**
 * Returns colours as they are now, for what draws by itself and knows no CSS.
 *
 * @param names Names of CSS variables, such as `--data-1`.
 */
export function readColours(names: readonly string[]): string[] {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const colours = names.map((name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return colours;
}

function show(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  shown.set(resolved(theme));
}

function resolved(theme: Theme): "light" | "dark" {
  if (theme !== "system") return theme;
  return matchMedia(DARK).matches ? "dark" : "light";
}
