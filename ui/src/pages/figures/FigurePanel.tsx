import { ChartScatter, Download, EllipsisVertical, Table2 } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { type DrawFigure, FigureChart, type FigureLimits, type FigureMark, type FigurePicture } from "../../charts";
import { Menu, Name } from "../../components";
import { useTranslation } from "../../i18n";
import { toCsv } from "../../lib/csv";
import { fileName } from "../../lib/fileNames";
import { formatCount } from "../../lib/numbers";
import { describeFailure, saveFile, showNotice } from "../../state";
import styles from "./FigurePanel.module.css";
import { FigureTable } from "./FigureTable";
import type { FigureData } from "./figureData";

/** What a panel with a figure needs. */
export interface FigurePanelProps {
  readonly title: string;
  /** Draws it; null where there is nothing to draw. */
  readonly draw: DrawFigure | null;
  /** Why there is nothing to draw. */
  readonly nothing: string;
  readonly height: number;
  /** What it shows as a table. */
  readonly data: FigureData;
  /** How many runs it shows. */
  readonly shown: number;
  /** How many runs were picked. */
  readonly total: number;
  /** Why some are missing, and what else is to be known. */
  readonly notes: readonly string[];
  /** Something beside the title. */
  readonly header?: ReactNode;
  /** What its colours mean. */
  readonly legend?: ReactNode;
  readonly limits?: FigureLimits;
  /** Opens a run. */
  readonly onRun: (runId: string) => void;
}

/** A figure under its title: says how many runs it shows and why some are missing, saves it, and has a table behind it. */
export function FigurePanel(props: FigurePanelProps) {
  const { title, draw, nothing, height, data, shown, total, notes, header, legend, limits, onRun } = props;
  const { t, find, locale } = useTranslation();
  const picture = useRef<FigurePicture>(null);
  const [isTableOpen, setIsTableOpen] = useState(false);
  const count = t("figures.shown", { shown: formatCount(shown, locale), total: formatCount(total, locale) });
  const note = notes.join(" · ");

  async function savePicture(): Promise<void> {
    try {
      const image = await picture.current?.toPng([count, ...notes].join(" · "));
      if (image !== undefined) saveFile(fileName(title, "png"), image);
    } catch (failure) {
      showNotice(t("figures.save.failed", { why: describeFailure(failure, find).text }));
    }
  }
  function saveTable(): void {
    const text = toCsv(
      data.columns.map(({ name }) => name),
      data.rows.map(({ cells }) => cells),
    );
    saveFile(fileName(title, "csv"), new Blob([text], { type: "text/csv" }));
  }
  function choose({ runId }: FigureMark): void {
    if (runId !== null) onRun(runId);
  }
  return (
    <section className={styles.panel} aria-label={title}>
      <header className={styles.header}>
        <h2 className={styles.title}>
          <Name text={title} />
        </h2>
        {header}
        <span className={styles.shown}>{count}</span>
        <Menu
          label={t("figures.menu", { title })}
          icon={EllipsisVertical}
          items={[
            { key: "table", text: t("figures.table"), icon: Table2, onChoose: () => setIsTableOpen(true) },
            {
              key: "png",
              text: t("figures.save.png"),
              icon: ChartScatter,
              isDisabled: draw === null,
              onChoose: () => void savePicture(),
            },
            { key: "csv", text: t("figures.save.csv"), icon: Download, onChoose: saveTable },
          ]}
        />
      </header>
      {draw === null ? (
        <p className={styles.nothing} style={{ minHeight: height + 20 }}>
          {nothing}
        </p>
      ) : (
        <FigureChart ref={picture} title={title} draw={draw} height={height} limits={limits} onChoose={choose} />
      )}
      {legend}
      <p className={styles.notes} title={note}>
        {note}
      </p>
      {isTableOpen ? (
        <FigureTable title={title} data={data} onRun={onRun} onClose={() => setIsTableOpen(false)} />
      ) : null}
    </section>
  );
}
