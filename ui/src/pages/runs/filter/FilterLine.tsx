import { CornerDownLeft, ListFilter, X } from "lucide-react";
import { type KeyboardEvent, type Ref, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { FailureNotice, IconButton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { classes } from "../../../lib/classes";
import { CompletionList } from "./CompletionList";
import styles from "./FilterLine.module.css";
import { FilterMistake } from "./FilterMistake";
import { faultOfFilter, isFilterFault } from "./filterFault";
import { type Completion, useCompletions } from "./useCompletions";

/** What the line of the filter needs. */
export interface FilterLineProps {
  /** The filter that counts now. */
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly experimentIds: readonly string[];
  /** Why the server does not take it, if so. */
  readonly error: unknown;
  readonly ref?: Ref<HTMLInputElement>;
}

/** The line that filters runs: completes names and values, and shows a mistake under its character. */
export function FilterLine({ filter, onFilter, experimentIds, error, ref }: FilterLineProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(filter);
  const [cursor, setCursor] = useState(filter.length);
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const [scroll, setScroll] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number | null>(null);
  const id = useId();
  const { options, place } = useCompletions(typed, cursor, experimentIds, isOpen);
  const active = Math.min(chosen, options.length - 1);
  const isShown = isOpen && options.length > 0;

  // At once: whoever types on quickly types where the cursor belongs.
  useLayoutEffect(() => {
    if (caret.current === null || input.current?.value !== typed) return;
    input.current.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [typed]);
  // Back, a group or a fix may bring another filter.
  useEffect(() => setTyped(filter), [filter]);

  function apply(next: string): void {
    setIsOpen(false);
    setTyped(next);
    onFilter(next.trim());
  }
  function take(option: Completion): void {
    const behind = typed.slice(place.to).replace(/^ /, "");
    const before = `${typed.slice(0, place.from)}${option.text}${/[(.]$/.test(option.text) ? "" : " "}`;
    setTyped(before + behind);
    setCursor(before.length);
    setChosen(-1);
    caret.current = before.length;
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const option = options[active];
    if (event.key === "ArrowDown" || (event.key === " " && event.ctrlKey)) {
      setIsOpen(true);
      setChosen(isShown ? (active + 1) % options.length : 0);
    } else if (event.key === "ArrowUp" && isShown) setChosen(active <= 0 ? options.length - 1 : active - 1);
    else if (event.key === "Tab" && isShown && option !== undefined && !event.shiftKey) take(option);
    else if (event.key === "Enter" && isShown && option !== undefined) take(option);
    else if (event.key === "Enter") apply(typed);
    else if (event.key === "Escape" && isShown) setIsOpen(false);
    else if (event.key === "Escape" && typed !== filter) setTyped(filter);
    else return;
    event.preventDefault();
  }
  const isOwn = typed.trim() === filter && isFilterFault(error);
  const fault = isOwn ? faultOfFilter(error, filter) : null;
  return (
    <div className={styles.filter}>
      <div className={classes(styles.line, isOwn && styles.wrong)}>
        <ListFilter size={15} aria-hidden="true" />
        <div className={styles.field}>
          <input
            ref={(box) => {
              input.current = box;
              if (typeof ref === "function") ref(box);
              else if (ref) ref.current = box;
            }}
            type="text"
            role="combobox"
            aria-label={t("runs.filter")}
            aria-autocomplete="list"
            aria-expanded={isShown}
            aria-controls={isShown ? id : undefined}
            aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : undefined}
            aria-invalid={isOwn || undefined}
            aria-describedby={isOwn ? `${id}-fault` : undefined}
            placeholder={t("runs.filter.example")}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            dir="ltr"
            value={typed}
            className={styles.input}
            onChange={(event) => {
              setTyped(event.target.value);
              setCursor(event.target.selectionStart ?? event.target.value.length);
              setIsOpen(true);
              setChosen(-1);
            }}
            onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
            onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
            onKeyDown={onKeyDown}
            onBlur={() => setIsOpen(false)}
          />
          {fault === null || typed !== filter ? null : (
            <div className={styles.pointer} aria-hidden="true" dir="ltr">
              <span style={{ marginInlineStart: -scroll }}>{filter.slice(0, fault.place)}</span>
              <b>▲</b>
            </div>
          )}
        </div>
        {typed.trim() === filter ? null : (
          <IconButton
            icon={CornerDownLeft}
            label={t("runs.filter.apply")}
            shortcut="Enter"
            onClick={() => apply(typed)}
          />
        )}
        {typed === "" ? null : (
          <IconButton
            icon={X}
            label={t("runs.filter.clear")}
            onClick={() => {
              apply("");
              input.current?.focus();
            }}
          />
        )}
      </div>
      {isShown ? <CompletionList id={id} options={options} active={active} onTake={take} /> : null}
      {isOwn ? (
        <div id={`${id}-fault`} role="alert">
          <FilterMistake error={error} fixes={fault?.fixes ?? []} onFix={apply} />
        </div>
      ) : error != null && !isFilterFault(error) ? (
        <FailureNotice error={error} />
      ) : null}
    </div>
  );
}
