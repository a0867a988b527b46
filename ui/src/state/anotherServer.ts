import { type AnotherServerMessage, serverAddress } from "../api";
import { useAnswer } from "./server";

/** What another server may not have of that which pages show. */
export type Lack = AnotherServerMessage["lacks"][number];

/** Whose data the pages show. */
export interface AnotherServer {
  /** The other server; null where the data is this server's own, and until it is known. */
  readonly server: AnotherServerMessage | null;
  /** Tells whether the other server does not have something, so that it is not offered. */
  readonly lacks: (what: Lack) => boolean;
}

/** Returns whose data the pages show. */
export function useAnotherServer(): AnotherServer {
  const { data } = useAnswer("server_info", {});
  const server = data?.another_server ?? null;
  return { server, lacks: (what) => server?.lacks?.includes(what) ?? false };
}

/** Returns the address at which programs log and load: that of the server whose data is shown. */
export function useTrackingAddress(): string {
  const { server } = useAnotherServer();
  return server?.url ?? location.origin + serverAddress("");
}
