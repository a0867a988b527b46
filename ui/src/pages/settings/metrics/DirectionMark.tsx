import { ArrowDown, ArrowUp, Minus } from "lucide-react";
import { useTranslation } from "../../../i18n";
import type { DirectionWord } from "../../../lib/bands";
import styles from "../Settings.module.css";

const SIGNS = { higher: ArrowUp, lower: ArrowDown, none: Minus } as const;

/** Which values are better: an arrow and the word. */
export function DirectionMark({ direction }: { readonly direction: DirectionWord }) {
  const { t } = useTranslation();
  const Sign = SIGNS[direction];
  return (
    <span className={styles.words}>
      <Sign size={14} aria-hidden="true" />
      {t(`meanings.direction.${direction}`)}
    </span>
  );
}
