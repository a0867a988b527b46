import { Star } from "lucide-react";
import type { MetricReadingMessage } from "../../api";
import { MetricValue, Name, Nothing, ReadMetric } from "../../components";
import { useTranslation } from "../../i18n";
import { formatMetric } from "../../lib/numbers";
import { bestPlaces, type ComparedLine, differenceOf } from "./comparison";
import styles from "./MetricLine.module.css";

/** What a line of a metric needs. */
export interface MetricLineProps {
  readonly line: ComparedLine<number | string>;
  /** What the metric means; undefined where nobody knows. */
  readonly reading: MetricReadingMessage | undefined;
}

/** A metric of several versions: the values, the best of them with a star, of two the difference. */
export function MetricLine({ line: { name, values }, reading }: MetricLineProps) {
  const { t, locale } = useTranslation();
  const best = bestPlaces(values, reading?.direction ?? "none");
  const difference = differenceOf(values[0], values[1], reading?.scale ?? null);
  return (
    <tr>
      <th scope="row">
        <Name text={name} />
      </th>
      {values.map((value, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by their places.
        <td key={place}>
          <span className={styles.value}>
            {value === null ? (
              <Nothing />
            ) : reading === undefined ? (
              <MetricValue value={value} />
            ) : (
              <ReadMetric value={value} reading={reading} />
            )}
            {best.includes(place) ? (
              <Star size={13} className={styles.star} role="img" aria-label={t("models.compare.best")} />
            ) : null}
          </span>
        </td>
      ))}
      {values.length === 2 ? (
        <td className={styles.difference}>
          {difference === null ? (
            <Nothing />
          ) : (
            `${difference > 0 ? "+" : ""}${formatMetric(difference, locale).replace("-", "−")}`
          )}
        </td>
      ) : null}
    </tr>
  );
}
