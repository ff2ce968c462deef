import { createContext, useContext } from "react";
import type { JsonObject } from "../types";
import type { Origins } from "../../choices/queries";
import type { Source } from "./logic/tree";

/** A field that takes what is picked from the sources. */
export interface Taker {
  /** As people read it. */
  label: string;
  take: (path: string) => void;
}

/** What every part of the inspector knows of the place it stands in. */
export interface Around {
  readOnly: boolean;
  /** What is typed and cannot be saved yet is remembered under this and its own place. */
  memory: string;
  sources: Source[];
  /** Every source by itself, for completion; made when it is first asked for. */
  every: () => Source[];
  /** The same of what is near enough to be suggested. */
  near: Source[];
  /** What a sample holds, for live results. */
  scope: JsonObject;
  /** Kind of record that the trigger is about. */
  eventKind: string;
  /** The accounts that values are picked from, and the fixed values beside them. */
  origins: Origins;
  beside: JsonObject;
  taker: Taker | null;
  setTaker: (taker: Taker | null) => void;
  /** Bring the sources to somebody who wants to pick one. */
  pick: (taker: Taker, back: HTMLElement | null) => void;
}

export const AroundContext = createContext<Around | null>(null);

export function useAround(): Around {
  const found = useContext(AroundContext);
  if (!found) throw new Error("this part stands within an inspector");
  return found;
}
