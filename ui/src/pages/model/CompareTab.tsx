import { Columns3 } from "lucide-react";
import { useMemo } from "react";
import { Checkbox, EmptyPlace, FailureNotice, Select, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { flagCodec } from "../../lib/codecs";
import { useSelection, useUrlState } from "../../state";
import styles from "./CompareTab.module.css";
import { CompareTable } from "./CompareTable";
import { usualPair } from "./comparison";
import { useCompared } from "./useCompared";
import type { LoadedModel } from "./useModel";

const MOST = 8;
const NONE = "";
const differingCodec = flagCodec();

/** Versions of a model beside each other, with what differs marked: those that are ticked, or Production and the newest. */
export function CompareTab({ model }: { readonly model: LoadedModel }) {
  const { t } = useTranslation();
  const selection = useSelection("versions");
  const [onlyDiffering, setOnlyDiffering] = useUrlState("differing", differingCodec);
  const picked = useMemo(() => numbersOf(selection.ids), [selection.ids]);
  const { production } = model.overview;
  const [newest, before] = model.versions.map(({ summary }) => summary.version);
  const usual = usualPair(production?.version ?? null, newest ?? null, before ?? null);
  const numbers = (picked.length === 0 ? usual : picked).slice(0, MOST);
  const { rows, readings, signatures, isWaiting, error, again } = useCompared(model, numbers);
  const others = model.versions.filter(({ summary }) => !numbers.includes(summary.version));

  function pick(next: readonly number[]): void {
    selection.replace(next.map(String));
  }
  if (model.versions.length < 2) {
    return <EmptyPlace icon={Columns3} title={t("models.compare.one.title")} why={t("models.compare.one.why")} />;
  }
  return (
    <>
      <div className={styles.bar}>
        {others.length === 0 || numbers.length >= MOST ? null : (
          <div className={styles.adding}>
            <Select
              label={t("models.compare.add")}
              isLabelHidden
              choices={[
                { value: NONE, text: t("models.compare.add") },
                ...others.map(({ summary: { version, label, stage } }) => ({
                  value: String(version),
                  text: [t("models.version", { version }), label, stage === "None" ? null : stage]
                    .filter((part) => part !== null)
                    .join(" · "),
                })),
              ]}
              value={NONE}
              onChoice={(value) => pick([...numbers, Number(value)])}
            />
          </div>
        )}
        <Checkbox
          label={t("models.compare.differing")}
          isChecked={onlyDiffering}
          onCheck={(isChecked) => setOnlyDiffering(isChecked)}
        />
        {picked.length > MOST ? <span>{t("models.compare.tooMany", { most: MOST, count: picked.length })}</span> : null}
      </div>
      {error === null ? null : <FailureNotice error={error} onAgain={again} />}
      {isWaiting ? <Skeleton lines={2} /> : null}
      {rows.length < numbers.length && !isWaiting && error === null ? (
        <p className={styles.note}>{t("models.compare.missing", { count: numbers.length - rows.length })}</p>
      ) : null}
      <CompareTable
        name={model.overview.name}
        rows={rows}
        readings={readings}
        signatures={signatures}
        onlyDiffering={onlyDiffering}
        onRemove={rows.length > 2 ? (version) => pick(numbers.filter((other) => other !== version)) : undefined}
      />
    </>
  );
}

function numbersOf(ids: readonly string[]): number[] {
  return [...new Set(ids.map(Number).filter((number) => Number.isSafeInteger(number) && number > 0))];
}
