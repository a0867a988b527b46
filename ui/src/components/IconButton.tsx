import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { classes } from "../lib/classes";
import styles from "./IconButton.module.css";
import { Tooltip } from "./Tooltip";

/** What a button without words needs. */
export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children" | "aria-label"> {
  readonly icon: LucideIcon;
  /** What it does: read aloud, and shown when the pointer rests on it. */
  readonly label: string;
  /** Key that does the same, shown beside the label. */
  readonly shortcut?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with a sign on it instead of words. */
export function IconButton({ icon: Icon, label, shortcut, className, ...others }: IconButtonProps) {
  return (
    <Tooltip text={label} {...(shortcut === undefined ? {} : { shortcut })} isName>
      <button type="button" {...others} aria-label={label} className={classes(styles.button, className)}>
        <Icon size={16} aria-hidden="true" />
      </button>
    </Tooltip>
  );
}
