import { FlaskConical, House, type LucideIcon, Package, Settings, Trash2 } from "lucide-react";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { PlainTextKey } from "../i18n";
import { fetchedPage } from "./fetchedPage";

/** A page, with the addresses that it answers to. */
export interface Room {
  /**
   * Patterns of its addresses; the server knows the same ones (`server/ui_pages.py`). Within one pattern the page stays as
   * it is when the address changes: tabs are `/:tab?` at its end.
   */
  readonly paths: readonly string[];
  /** The page; fetched when somebody goes there. */
  readonly Page: LazyExoticComponent<ComponentType>;
  /** Its place in the bar at the top and in the command palette, if it has one. */
  readonly navigation?: {
    readonly href: string;
    readonly text: PlainTextKey;
    readonly icon: LucideIcon;
    /** Whether it stands in the bar, or in the palette alone. */
    readonly isInBar: boolean;
  };
}

/** All pages, in the order of the bar. */
export const rooms: readonly Room[] = [
  {
    paths: ["/"],
    Page: page(() => import("../pages/home/HomePage")),
    navigation: { href: "/", text: "home.title", icon: House, isInBar: true },
  },
  {
    paths: ["/experiments"],
    Page: page(() => import("../pages/experiments/ExperimentsPage")),
    navigation: { href: "/experiments", text: "experiments.title", icon: FlaskConical, isInBar: true },
  },
  { paths: ["/experiments/:experimentIds"], Page: page(() => import("../pages/runs/RunsPage")) },
  { paths: ["/runs/:runId/:tab?"], Page: page(() => import("../pages/run/RunPage")) },
  {
    paths: ["/models"],
    Page: page(() => import("../pages/models/ModelsPage")),
    navigation: { href: "/models", text: "models.title", icon: Package, isInBar: true },
  },
  { paths: ["/models/:name"], Page: page(() => import("../pages/model/ModelPage")) },
  { paths: ["/models/:name/versions/:version"], Page: page(() => import("../pages/model/version/VersionPage")) },
  {
    paths: ["/bin"],
    Page: page(() => import("../pages/bin/BinPage")),
    navigation: { href: "/bin", text: "bin.title", icon: Trash2, isInBar: false },
  },
  {
    paths: ["/settings/:part?"],
    Page: page(() => import("../pages/settings/SettingsPage")),
    navigation: { href: "/settings", text: "settings.title", icon: Settings, isInBar: false },
  },
];

function page(fetch: () => Promise<{ default: ComponentType }>): Room["Page"] {
  return lazy(() => fetchedPage(fetch));
}
