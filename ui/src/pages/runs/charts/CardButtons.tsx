import { Eye, EyeOff, Pin, PinOff } from "lucide-react";
import { IconButton } from "../../../components";
import { useTranslation } from "../../../i18n";
import styles from "./ChartsMode.module.css";

/** What the buttons of a chart need. */
export interface CardButtonsProps {
  readonly metric: string;
  /** Whether it stands before the others. */
  readonly isFirst: boolean;
  readonly isHidden: boolean;
  readonly onHide: (metric: string) => void;
  readonly onFirst: (metric: string) => void;
}

/** Puts a chart before the others, or out of sight. */
export function CardButtons({ metric, isFirst, isHidden, onHide, onFirst }: CardButtonsProps) {
  const { t } = useTranslation();
  return (
    <span className={styles.buttons}>
      <IconButton
        icon={isFirst ? PinOff : Pin}
        label={isFirst ? t("runcharts.unpin", { metric }) : t("runcharts.pin", { metric })}
        onClick={() => onFirst(metric)}
      />
      <IconButton
        icon={isHidden ? Eye : EyeOff}
        label={isHidden ? t("runcharts.unhideOne", { metric }) : t("runcharts.hide", { metric })}
        onClick={() => onHide(metric)}
      />
    </span>
  );
}
