import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Link } from "wouter";
import { classes } from "../lib/classes";
import styles from "./Button.module.css";

/** How much a button asks for attention. */
export type ButtonVariant = "primary" | "plain" | "quiet" | "danger";

interface Look {
  readonly variant?: ButtonVariant;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}

/** A button's own properties beside those of every button. */
export interface ButtonProps extends Look, Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  /** Whether what it does is under way: it cannot be pressed again then. */
  readonly isBusy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with words on it. */
export function Button({ variant = "plain", icon, isBusy = false, className, children, ...others }: ButtonProps) {
  return (
    <button
      type="button"
      {...others}
      disabled={others.disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={classes(styles.button, styles[variant], className)}
    >
      <Face icon={icon}>{children}</Face>
    </button>
  );
}

/** What a link that looks like a button needs. */
export interface LinkButtonProps extends Look {
  /** Address within the page. */
  readonly href: string;
  readonly className?: string;
}

/** A link that looks like a button. */
export function LinkButton({ variant = "plain", icon, href, className, children }: LinkButtonProps) {
  return (
    <Link href={href} className={classes(styles.button, styles[variant], className)}>
      <Face icon={icon}>{children}</Face>
    </Link>
  );
}

function Face({ icon: Icon, children }: { readonly icon: LucideIcon | undefined; readonly children: ReactNode }) {
  return (
    <>
      {Icon === undefined ? null : <Icon size={15} aria-hidden="true" />}
      <span>{children}</span>
    </>
  );
}
