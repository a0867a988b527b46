import type { LucideIcon } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { classes } from "../lib/classes";
import { Button, type ButtonVariant } from "./Button";
import { IconButton } from "./IconButton";
import styles from "./Menu.module.css";

/** One thing that a menu offers. */
export interface MenuItem {
  readonly key: string;
  readonly text: ReactNode;
  readonly icon?: LucideIcon;
  /** Given where one of several is chosen: whether it is this one. */
  readonly isChosen?: boolean;
  readonly isDisabled?: boolean;
  readonly isDangerous?: boolean;
  readonly onChoose: () => void;
}

/** What a menu needs. */
export interface MenuProps {
  /** Name of the button that opens it. */
  readonly label: string;
  readonly icon: LucideIcon;
  /** Whether the name stands on the button. */
  readonly isLabelShown?: boolean;
  /** What stands on the button instead of its name, being a part of it. */
  readonly face?: ReactNode;
  readonly variant?: ButtonVariant;
  readonly items: readonly MenuItem[];
  /** Something above the items. */
  readonly header?: ReactNode;
}

/** A button with a menu below it. Arrows, Home, End and letters move in it, Escape closes it. */
export function Menu({ label, icon, isLabelShown = false, face, variant = "plain", items, header }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!isOpen) return;
    function onPointerDown(event: PointerEvent): void {
      if (!root.current?.contains(event.target as Node)) setIsOpen(false);
    }
    document.addEventListener("pointerdown", onPointerDown);
    return () => document.removeEventListener("pointerdown", onPointerDown);
  }, [isOpen]);

  function close(): void {
    setIsOpen(false);
    root.current?.querySelector("button")?.focus();
  }
  const opener = {
    icon,
    "aria-haspopup": "menu" as const,
    "aria-expanded": isOpen,
    "aria-controls": isOpen ? id : undefined,
    onClick: () => setIsOpen(!isOpen),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      setIsOpen(true);
    },
  };
  return (
    <div ref={root} className={styles.menu}>
      {isLabelShown || face !== undefined ? (
        <Button {...opener} variant={variant} {...(face === undefined ? {} : { "aria-label": label, title: label })}>
          {face ?? label}
        </Button>
      ) : (
        <IconButton {...opener} label={label} />
      )}
      {isOpen ? <MenuList id={id} label={label} items={items} header={header} onClose={close} /> : null}
    </div>
  );
}

interface MenuListProps extends Pick<MenuProps, "label" | "items" | "header"> {
  readonly id: string;
  readonly onClose: () => void;
}

function MenuList({ id, label, items, header, onClose }: MenuListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const buttons = buttonsIn(list.current);
    (buttons.find((button) => button.getAttribute("aria-checked") === "true") ?? buttons[0])?.focus();
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape" || event.key === "Tab") {
      event.stopPropagation();
      if (event.key === "Escape") event.preventDefault();
      onClose();
      return;
    }
    const next = nextButton(buttonsIn(list.current), event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  }
  return (
    <div className={styles.popup}>
      {header === undefined ? null : <div className={styles.header}>{header}</div>}
      <div ref={list} id={id} role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
        {items.map(({ key, text, icon: Icon, isChosen, isDisabled = false, isDangerous = false, onChoose }) => (
          <button
            key={key}
            type="button"
            role={isChosen === undefined ? "menuitem" : "menuitemradio"}
            {...(isChosen === undefined ? {} : { "aria-checked": isChosen })}
            tabIndex={-1}
            disabled={isDisabled}
            className={classes(styles.item, isDangerous && styles.danger)}
            onClick={() => {
              onClose();
              onChoose();
            }}
          >
            {isChosen === undefined ? null : (
              <span className={styles.mark} aria-hidden="true">
                {isChosen ? "✓" : ""}
              </span>
            )}
            {Icon === undefined ? null : <Icon size={15} aria-hidden="true" />}
            <span>{text}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

function buttonsIn(list: HTMLElement | null): HTMLButtonElement[] {
  return [...(list?.querySelectorAll<HTMLButtonElement>("button:not(:disabled)") ?? [])];
}

function nextButton(buttons: readonly HTMLButtonElement[], key: string): HTMLButtonElement | undefined {
  const place = buttons.findIndex((button) => button.matches(":focus"));
  if (key === "ArrowDown") return buttons[(place + 1) % buttons.length];
  if (key === "ArrowUp") return buttons.at(place - 1);
  if (key === "Home") return buttons[0];
  if (key === "End") return buttons.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const following = [...buttons.slice(place + 1), ...buttons.slice(0, place + 1)];
  return following.find((button) => button.textContent.trim().toLocaleLowerCase().startsWith(key.toLocaleLowerCase()));
}
