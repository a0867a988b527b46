import { Boxes } from "lucide-react";
import { Menu } from "../components";
import { useTranslation } from "../i18n";
import { switchWorkspace, useWorkspaces } from "../state";
import styles from "./WorkspaceMenu.module.css";

/** Says in which workspace the page works, and leads to others; not there where there is the default one alone. */
export function WorkspaceMenu() {
  const { t } = useTranslation();
  const { name, all } = useWorkspaces();
  if (all.length < 2) return null;
  return (
    <Menu
      label={t("shell.workspace", { name })}
      icon={Boxes}
      face={<bdi className={styles.name}>{name}</bdi>}
      variant="quiet"
      items={all.map((one) => ({
        key: one.name,
        text: <bdi title={one.description ?? ""}>{one.name}</bdi>,
        isChosen: one.name === name,
        onChoose: () => switchWorkspace(one.name),
      }))}
    />
  );
}
