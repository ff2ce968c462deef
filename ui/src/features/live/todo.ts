import type { Accounts } from "../templates/types";
import type { Check } from "./types";

/** What to do on these pages about a check that did not pass. */
export interface Todo {
  /** In words, where the pages know no better place. */
  says: string | null;
  /** The page on which it is done. */
  link: { href: string; label: string } | null;
  /** Done right beside the check: who is told of alerts, or another try. */
  here: "alerts" | "try" | null;
}

// The server's advice names commands; nobody before a page is at a command line.
const COMMAND = "'orderbridge ";

export function todoOf(check: Check, accounts: Accounts): Todo {
  const [kind, of = ""] = check.id.split(".");
  const says = check.next && !check.next.includes(COMMAND) ? check.next : null;
  if (kind === "alerts") return { says: null, link: null, here: "alerts" };
  if (kind === "dry_run") return { says: null, link: null, here: "try" };
  if (kind === "mapping" || kind === "circle") return { says, link: { href: "/flows", label: "Open the flows" }, here: null };
  const account = of === "ghl" ? accounts.highlevel : of === "act" ? accounts.act : null;
  if (account) return { says, link: { href: `/connections/${encodeURIComponent(account)}`, label: `Open ${account}` }, here: null };
  return { says: check.next || null, link: null, here: null };
}

/** What is still to be done comes first, and what is done is kept apart. */
export function parted(checks: Check[]): { open: Check[]; passed: Check[] } {
  return { open: checks.filter((item) => !item.ok), passed: checks.filter((item) => item.ok) };
}
