import { useTranslation } from "../i18n";
import { DATA_COLOURS } from "../lib/colours";
import styles from "./ColourLegend.module.css";
import { Swatch } from "./CurveReadout";
import { unitText } from "./figureAxis";
import type { ColourKey } from "./figureColours";

const MOST_TEXTS = 12;

/** Says what the colours of a figure mean; nothing where each run has its own. */
export function ColourLegend({ colours }: { readonly colours: ColourKey }) {
  const { t, locale } = useTranslation();
  if (colours.kind === "run") return null;
  if (colours.kind === "number") {
    return (
      <p className={styles.legend}>
        <bdi className={styles.title}>{colours.title}</bdi>
        <span>{unitText(colours.least, colours.unit, locale)}</span>
        <span className={styles.scale} aria-hidden="true" />
        <span>{unitText(colours.greatest, colours.unit, locale)}</span>
      </p>
    );
  }
  return (
    <p className={styles.legend}>
      <bdi className={styles.title}>{colours.title}</bdi>
      {colours.texts.slice(0, MOST_TEXTS).map((text, place) => (
        <span key={text} className={styles.text}>
          <Swatch number={(place % DATA_COLOURS) + 1} />
          <bdi>{text}</bdi>
        </span>
      ))}
      {colours.texts.length > MOST_TEXTS ? (
        <span>{t("charts.more", { count: colours.texts.length - MOST_TEXTS })}</span>
      ) : null}
    </p>
  );
}
