import type { Connection, OrderSummary } from "../../api/types";
import type { Accounts, Template } from "../templates/types";
import type { Sandbox } from "./types";

export type Way = "sandbox" | "accounts";

/** What a person chose on the way; everything else is asked of the server. */
export interface Choices {
  way?: Way;
  highlevel?: string;
  act?: string;
  /** Somebody has looked at the checks, and at what would be written, and went on. */
  checked?: boolean;
  tried?: boolean;
}

const KEY = "orderbridge-setup";

export function remembered(storage: Pick<Storage, "getItem"> = localStorage): Choices {
  try {
    const found: unknown = JSON.parse(storage.getItem(KEY) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Choices) : {};
  } catch {
    return {};
  }
}

export function remember(choices: Choices, storage: Pick<Storage, "setItem"> = localStorage): void {
  try {
    storage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // A browser that keeps nothing: the step is found from the server's state alone.
  }
}

export const CHOOSE = 0, HIGHLEVEL = 1, ACT = 2, CHECKS = 3, TEMPLATES = 4, TRY = 5, LIVE = 6;

/** How far somebody came. */
export interface Standing {
  way: Way | null;
  highlevel: Connection | null;
  act: Connection | null;
  /** Templates that were enabled between the two. */
  enabled: Template[];
  step: number;
}

export function standing(choices: Choices, connections: Connection[], sandbox: Sandbox, templates: Template[]): Standing {
  const way = choices.way ?? guessed(connections, sandbox);
  const found = way === null ? { highlevel: null, act: null } : accounts(way, choices, connections, sandbox);
  const { highlevel, act } = found;
  const enabled =
    highlevel && act
      ? templates.filter((item) => item.between.some((pair) => pair.highlevel === highlevel.name && pair.act === act.name))
      : [];
  return { way, highlevel, act, enabled, step: stepOf(way, choices, highlevel, act, enabled) };
}

function guessed(connections: Connection[], sandbox: Sandbox): Way | null {
  if (sandbox.running) return "sandbox";
  return connections.some((item) => item.mode !== "sandbox") ? "accounts" : null;
}

function accounts(way: Way, choices: Choices, connections: Connection[], sandbox: Sandbox) {
  if (way === "sandbox") {
    const names = sandbox.running ? sandbox.connections : null;
    return {
      highlevel: connections.find((item) => item.name === names?.highlevel) ?? null,
      act: connections.find((item) => item.name === names?.act) ?? null,
    };
  }
  const others = connections.filter((item) => item.name !== sandbox.connections?.highlevel && item.name !== sandbox.connections?.act);
  const highlevel = others.filter((item) => item.system === "ghl");
  const first = highlevel.find((item) => item.name === choices.highlevel) ?? highlevel[0] ?? null;
  // Test and live never meet.
  const act = others.filter((item) => item.system === "act" && (first === null || item.mode === first.mode));
  return { highlevel: first, act: act.find((item) => item.name === choices.act) ?? act[0] ?? null };
}

function stepOf(way: Way | null, choices: Choices, highlevel: Connection | null, act: Connection | null, enabled: Template[]): number {
  if (way === null) return CHOOSE;
  // A sandbox has both accounts, or none.
  if (highlevel === null) return way === "sandbox" ? CHOOSE : HIGHLEVEL;
  if (act === null) return ACT;
  if (enabled.length === 0) return choices.checked ? TEMPLATES : CHECKS;
  return choices.tried ? LIVE : TRY;
}

export function pairOf(at: Standing): Accounts | null {
  return at.highlevel && at.act ? { highlevel: at.highlevel.name, act: at.act.name } : null;
}

/** The order to be shown as the first one between two accounts: one that agrees before one that is under way. */
export function firstOf(orders: OrderSummary[], accounts: Accounts): OrderSummary | null {
  const ours = orders.filter((item) => item.connection === accounts.highlevel && (item.act_connection ?? accounts.act) === accounts.act);
  // What nothing carries over was there before, or is none of what was chosen.
  return ours.find((item) => item.standing === "agrees") ?? ours.find((item) => item.standing !== "one_sided") ?? null;
}
