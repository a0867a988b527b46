import { serverAddress } from "./address";
import { faultOf, faultOfSilence } from "./failures";
import { goToLogin } from "./login";

/** Header in which it is sent. */
export const CSRF_HEADER = "X-Trialog-Csrf";

/** What proves that a change comes from our own page. */
interface Login {
  readonly csrf_token: string;
}

let asked: Promise<string | null> | null = null;

/**
 * Returns what has to be sent with whatever is no plain GET; null where nobody logs in.
 *
 * It is asked for once: a new login loads the page anew.
 */
export function csrfToken(): Promise<string | null> {
  asked ??= (hasAccounts() ? fetchToken() : Promise.resolve(null)).catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** Forgets it, so that it is asked for again. */
export function forgetCsrfToken(): void {
  asked = null;
}

/** Tells whether people log in on this server: it writes so into the page. */
export function hasAccounts(): boolean {
  return document.querySelector<HTMLMetaElement>('meta[name="trialog-accounts"]')?.content === "yes";
}

async function fetchToken(): Promise<string> {
  const answer = await fetch(serverAddress("/login/session"), { headers: { Accept: "application/json" } }).catch(
    (error: unknown) => {
      throw faultOfSilence(error);
    },
  );
  if (answer.status === 401) goToLogin();
  if (!answer.ok) throw await faultOf(answer);
  return ((await answer.json()) as Login).csrf_token;
}
