import { useState } from "react";
import { Badge, BandMark, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { type BandRange, bandOf, bandRanges, meetsTarget } from "../../../lib/bands";
import { classes } from "../../../lib/classes";
import { formatFull } from "../../../lib/numbers";
import styles from "./BandPreview.module.css";
import { DirectionMark } from "./DirectionMark";
import { numberIn, type ShownMeaning } from "./meaningDraft";
import { shownNumber } from "./meaningTexts";

/** What the preview needs. */
export interface BandPreviewProps {
  readonly meaning: ShownMeaning;
  /** Whether it is for several metrics: what is known of each by its name is not shown then. */
  readonly isPattern: boolean;
  /** A value to begin with. */
  readonly sample: number | null;
}

/** Shows what becomes of values: bands in colour and in words, and where a value tried out falls. */
export function BandPreview({ meaning, isPattern, sample }: BandPreviewProps) {
  const { t, locale } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? (sample === null ? "" : formatFull(sample));
  const value = numberIn(text);
  const band = value === null ? null : bandOf(value, meaning.thresholds, meaning.direction);
  const isMet = value === null ? null : meetsTarget(value, meaning.target, meaning.direction);
  const ranges = bandRanges(meaning.thresholds, meaning.direction);
  return (
    <section className={styles.preview} aria-label={t("meanings.preview")}>
      <h3>{t("meanings.preview")}</h3>
      <DirectionMark direction={meaning.direction} />
      {isPattern ? <p>{t("meanings.preview.pattern")}</p> : null}
      {meaning.scale === null ? <p>{t("meanings.preview.scale")}</p> : null}
      {ranges.length === 0 ? (
        <p>{t("meanings.preview.noBands")}</p>
      ) : (
        <ol className={styles.strip}>
          {ranges.map((range) => (
            <li
              key={range.band}
              className={classes(styles.band, styles[range.band], range.band === band && styles.reached)}
            >
              <BandMark band={range.band} />
              <RangeText range={range} meaning={meaning} />
            </li>
          ))}
        </ol>
      )}
      {meaning.target === null || meaning.direction === "none" ? null : (
        <p>
          {t(meaning.direction === "higher" ? "meanings.target.least" : "meanings.target.most", {
            value: shownNumber(meaning.target, meaning, locale),
          })}
        </p>
      )}
      <div className={styles.sample}>
        <TextField label={t("meanings.preview.try")} inputMode="decimal" value={text} onText={setTyped} />
        <output className={styles.answer}>
          {value === null ? null : <strong>{shownNumber(value, meaning, locale)}</strong>}
          {band === null ? null : <BandMark band={band} />}
          {isMet === null ? null : (
            <Badge tone={isMet ? "good" : "warning"}>
              {t(isMet ? "meanings.target.met" : "meanings.target.missed")}
            </Badge>
          )}
        </output>
      </div>
    </section>
  );
}

function RangeText({ range, meaning }: { readonly range: BandRange; readonly meaning: ShownMeaning }) {
  const { t, locale } = useTranslation();
  const [from, to] = [range.from, range.to].map((end) => (end === null ? null : shownNumber(end, meaning, locale)));
  const isUp = meaning.direction === "higher";
  if (from == null)
    return <span>{t(isUp ? "meanings.range.below" : "meanings.range.above", { value: to ?? "" })}</span>;
  if (to == null) return <span>{t(isUp ? "meanings.range.above" : "meanings.range.below", { value: from })}</span>;
  return <span>{t("meanings.range.between", { from, to })}</span>;
}
