import type { ServerError } from "../../../api";
import { Button } from "../../../components";
import { useTranslation } from "../../../i18n";
import { describeFailure } from "../../../state";
import styles from "./FilterLine.module.css";
import type { FilterFix } from "./filterFault";

/** What the words about a mistake need. */
export interface FilterMistakeProps {
  readonly error: ServerError;
  readonly fixes: readonly FilterFix[];
  readonly onFix: (filter: string) => void;
}

/** Says what is wrong with a filter and what would be right there, and offers what was probably meant. */
export function FilterMistake({ error, fixes, onFix }: FilterMistakeProps) {
  const { t, find } = useTranslation();
  const expected = error.values.expected;
  return (
    <div className={styles.mistake}>
      <span>{describeFailure(error, find).text}</span>
      {fixes.map((fix) => (
        <Button key={fix.filter} onClick={() => onFix(fix.filter)}>
          {t("runs.filter.fix", { text: fix.text })}
        </Button>
      ))}
      {fixes.length === 0 && typeof expected === "string" ? (
        <span className={styles.expected} lang="en">
          {expected}
        </span>
      ) : null}
    </div>
  );
}
