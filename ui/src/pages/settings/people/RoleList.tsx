import { Trash2 } from "lucide-react";
import type { RoleMessage } from "../../../api";
import { IconButton, Name } from "../../../components";
import { useTranslation } from "../../../i18n";
import styles from "../Settings.module.css";

/** What the list needs. */
export interface RoleListProps {
  readonly roles: readonly RoleMessage[];
  readonly onRemove: (role: RoleMessage) => void;
}

/** Roles that somebody has. */
export function RoleList({ roles, onRemove }: RoleListProps) {
  const { t } = useTranslation();
  if (roles.length === 0) return <p className={styles.note}>{t("access.roles.hasNone")}</p>;
  return (
    <ul className={styles.list}>
      {roles.map((role) => (
        <li key={role.id} className={styles.item}>
          <span className={styles.itemName}>
            <Name text={role.name} />
          </span>
          <IconButton
            icon={Trash2}
            label={t("access.roles.take", { name: role.name })}
            onClick={() => onRemove(role)}
          />
        </li>
      ))}
    </ul>
  );
}
