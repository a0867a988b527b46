import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import styles from "./BandMark.module.css";

/** The five bands of a metric, the worst first. */
export const BANDS = ["bad", "weak", "fair", "good", "excellent"] as const;

/** One of them. */
export type Band = (typeof BANDS)[number];

/** How good a value is: bars that fill with it, their colour and a word. */
export function BandMark({ band, isSignAlone = false }: { readonly band: Band; readonly isSignAlone?: boolean }) {
  const { t } = useTranslation();
  const word = t(`band.${band}`);
  const level = BANDS.indexOf(band);
  return (
    <span className={classes(styles.mark, styles[band])} {...(isSignAlone ? { title: word } : {})}>
      <span className={styles.bars} aria-hidden="true">
        {BANDS.map((name, place) => (
          <span key={name} className={place <= level ? styles.full : styles.bare} />
        ))}
      </span>
      <span className={isSignAlone ? "visually-hidden" : undefined}>{word}</span>
    </span>
  );
}
