import { ChevronRight, type LucideIcon } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import { FailureNotice } from "./FailureNotice";
import { Skeleton } from "./Skeleton";
import styles from "./Tree.module.css";

/** Something in a tree. */
export interface TreeNode {
  readonly id: string;
  readonly text: string;
  readonly icon?: LucideIcon;
  /** Something small at the end of its line. */
  readonly note?: ReactNode;
  /** Whether others can be in it, known or not yet. */
  readonly isBranch: boolean;
  /** What is in it; undefined as long as it is not fetched. */
  readonly children?: readonly TreeNode[] | undefined;
  /** Why what is in it could not be fetched. */
  readonly error?: unknown;
}

/** What a tree needs. */
export interface TreeProps {
  /** What it is a tree of, read aloud. */
  readonly label: string;
  readonly nodes: readonly TreeNode[];
  readonly opened: ReadonlySet<string>;
  readonly onOpened: (id: string, isOpen: boolean) => void;
  readonly chosen: string | null;
  readonly onChoose: (node: TreeNode) => void;
}

interface Line {
  readonly node: TreeNode;
  readonly level: number;
}

/** A tree. Arrows move in it, open and close; Enter chooses; letters find. */
export function Tree({ label, nodes, opened, onOpened, chosen, onChoose }: TreeProps) {
  const lines = linesOf(nodes, opened, 1);
  const [focused, setFocused] = useState<string | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const current =
    lines.find(({ node }) => node.id === focused) ?? lines.find(({ node }) => node.id === chosen) ?? lines[0];

  function go(line: Line | undefined): void {
    if (line === undefined) return;
    setFocused(line.node.id);
    root.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(line.node.id)}"]`)?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (current === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = lines.indexOf(current);
    const { node, level } = current;
    const isOpen = opened.has(node.id);
    if (event.key === "ArrowRight" && node.isBranch && !isOpen) onOpened(node.id, true);
    else if (event.key === "ArrowLeft" && node.isBranch && isOpen) onOpened(node.id, false);
    else if (event.key === "ArrowLeft") go(lines.slice(0, place).findLast((line) => line.level < level));
    else if (event.key === "ArrowRight" || event.key === "ArrowDown") go(lines[place + 1]);
    else if (event.key === "ArrowUp") go(lines[place - 1]);
    else if (event.key === "Home") go(lines[0]);
    else if (event.key === "End") go(lines.at(-1));
    else if (event.key === "Enter" || event.key === " ") choose(node);
    else if (event.key.length === 1) go(lineByLetter(lines, place, event.key));
    else return;
    event.preventDefault();
  }
  function choose(node: TreeNode): void {
    setFocused(node.id);
    if (node.isBranch) onOpened(node.id, !opened.has(node.id));
    onChoose(node);
  }
  return (
    <div ref={root} role="tree" aria-label={label} className={styles.tree} tabIndex={-1} onKeyDown={onKeyDown}>
      {lines.map(({ node, level }) => (
        <TreeLine
          key={node.id}
          node={node}
          level={level}
          isOpen={opened.has(node.id)}
          isChosen={node.id === chosen}
          isReached={node.id === current?.node.id}
          onChoose={() => choose(node)}
        />
      ))}
    </div>
  );
}

interface TreeLineProps extends Line {
  readonly isOpen: boolean;
  readonly isChosen: boolean;
  readonly isReached: boolean;
  readonly onChoose: () => void;
}

function TreeLine({ node, level, isOpen, isChosen, isReached, onChoose }: TreeLineProps) {
  const { t } = useTranslation();
  const indent = { paddingInlineStart: 4 + (level - 1) * 16 };
  const { icon: Icon, isBranch, text, note } = node;
  const name = isBranch ? (isOpen ? t("common.collapse", { name: text }) : t("common.expand", { name: text })) : text;
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys of all lines. */}
      <div
        role="treeitem"
        data-id={node.id}
        aria-level={level}
        aria-expanded={isBranch ? isOpen : undefined}
        aria-selected={isChosen}
        tabIndex={isReached ? 0 : -1}
        title={name}
        className={classes(styles.line, isChosen && styles.chosen)}
        style={indent}
        onClick={onChoose}
      >
        <ChevronRight
          size={14}
          aria-hidden="true"
          className={classes(styles.arrow, !isBranch && styles.none, isOpen && styles.open)}
        />
        {Icon === undefined ? null : <Icon size={15} aria-hidden="true" className={styles.icon} />}
        <bdi className={styles.text}>{text}</bdi>
        {note === undefined ? null : <span className={styles.note}>{note}</span>}
      </div>
      {isBranch && isOpen && node.error != null ? <FailureNotice error={node.error} /> : null}
      {isBranch && isOpen && node.children === undefined && node.error == null ? (
        <div className={styles.waiting} style={indent}>
          <Skeleton lines={2} />
        </div>
      ) : null}
    </>
  );
}

function linesOf(nodes: readonly TreeNode[], opened: ReadonlySet<string>, level: number): Line[] {
  return nodes.flatMap((node) => [
    { node, level },
    ...(opened.has(node.id) ? linesOf(node.children ?? [], opened, level + 1) : []),
  ]);
}

function lineByLetter(lines: readonly Line[], place: number, letter: string): Line | undefined {
  const following = [...lines.slice(place + 1), ...lines.slice(0, place + 1)];
  return following.find(({ node }) => node.text.toLocaleLowerCase().startsWith(letter.toLocaleLowerCase()));
}
