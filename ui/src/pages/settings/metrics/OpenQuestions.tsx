import type { MeaningChoice, MetricMeaningMessage } from "../../../api";
import { Badge, Button, FailureNotice, Name, Section } from "../../../components";
import { type Translate, useTranslation } from "../../../i18n";
import { useAction } from "../../../state";
import styles from "../Settings.module.css";
import { shownNumber } from "./meaningTexts";

const SHOWN = 20;
const EXAMPLE = 0.032;

/** What it needs. */
export interface OpenQuestionsProps {
  readonly experimentId: string;
  readonly meanings: readonly MetricMeaningMessage[];
  readonly mayChange: boolean;
}

/** Metrics whose numbers may mean two things: one click says which. */
export function OpenQuestions({ experimentId, meanings, mayChange }: OpenQuestionsProps) {
  const { t, locale } = useTranslation();
  const { mutate, isPending, error } = useAction("set_experiment_metric_meaning", [
    "list_metric_meaning_overrides",
    "get_metric_meanings",
  ]);
  const open = meanings.filter((meaning) => meaning.ambiguous);
  if (open.length === 0) return null;
  function choose(meaning: MetricMeaningMessage, { direction, scale }: MeaningChoice): void {
    const parts = hasDirections(meaning) ? { direction, scale } : { scale };
    mutate({ experiment_id: experimentId, pattern: meaning.metric, ...parts });
  }
  return (
    <Section title={t("meanings.open", { count: open.length })}>
      <p className={styles.note}>{t("meanings.open.why")}</p>
      {error === null ? null : <FailureNotice error={error} />}
      <ul className={styles.list}>
        {open.slice(0, SHOWN).map((meaning) => (
          <li key={meaning.metric} className={styles.item}>
            <span className={styles.itemName}>
              <Name text={meaning.metric} />
            </span>
            <span className={styles.choices}>
              {meaning.choices.map((choice) => (
                <span key={`${choice.direction} ${choice.scale}`} className={styles.words}>
                  {mayChange ? (
                    <Button isBusy={isPending} onClick={() => choose(meaning, choice)}>
                      {choiceText(meaning, choice, t, locale)}
                    </Button>
                  ) : (
                    choiceText(meaning, choice, t, locale)
                  )}
                  {choice.suggested ? <Badge tone="accent">{t("meanings.open.suggested")}</Badge> : null}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {open.length > SHOWN ? (
        <p className={styles.note}>{t("meanings.open.more", { count: open.length - SHOWN })}</p>
      ) : null}
    </Section>
  );
}

function hasDirections(meaning: MetricMeaningMessage): boolean {
  return new Set(meaning.choices.map((choice) => choice.direction)).size > 1;
}

function choiceText(meaning: MetricMeaningMessage, choice: MeaningChoice, t: Translate, locale: string): string {
  const stored = meaning.logged?.greatest ?? EXAMPLE;
  const shown = { ...meaning, scale: choice.scale };
  const values = {
    stored: shownNumber(stored, { ...meaning, scale: null }, locale),
    shown: shownNumber(stored, shown, locale),
  };
  if (!hasDirections(meaning)) return t("meanings.open.choice", values);
  return choice.direction === "higher"
    ? t("meanings.open.choiceHigher", values)
    : t("meanings.open.choiceLower", values);
}
