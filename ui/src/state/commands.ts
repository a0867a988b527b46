import { useEffect } from "react";
import { createStore } from "../lib/store";
import { useStore } from "./useStore";

/** Something that can be done from the command palette. */
export interface Command {
  readonly id: string;
  /** What it does, in the reader's language. */
  readonly text: string;
  /** What else finds it. */
  readonly words?: string;
  readonly run: () => void;
}

/** Finds commands for what was typed, such as runs of that name. */
export type CommandSource = (typed: string, signal: AbortSignal) => Promise<readonly Command[]>;

const commands = createStore<readonly (readonly Command[])[]>([]);
const sources = createStore<readonly CommandSource[]>([]);

/** Offers commands in the palette for as long as what calls this is shown; keep the list the same between drawings. */
export function useCommands(list: readonly Command[]): void {
  useEffect(() => {
    commands.update((lists) => [...lists, list]);
    return () => commands.update((lists) => lists.filter((other) => other !== list));
  }, [list]);
}

/** Offers what is found on the server; keep the function the same between drawings. */
export function useCommandSource(source: CommandSource): void {
  useEffect(() => {
    sources.update((others) => [...others, source]);
    return () => sources.update((others) => others.filter((other) => other !== source));
  }, [source]);
}

/** Returns all that the palette offers now. */
export function useAllCommands(): { commands: readonly Command[]; sources: readonly CommandSource[] } {
  return { commands: useStore(commands).flat(), sources: useStore(sources) };
}
