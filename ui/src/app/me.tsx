import { createContext, useContext } from "react";
import type { Session } from "../api/types";

const Me = createContext<Session | null>(null);
export const MeProvider = Me.Provider;

/** Who is signed in; null only outside of the pages. */
export function useMe(): Session | null {
  return useContext(Me);
}

/** Whether the one who is signed in may change anything. */
export function useOwner(): boolean {
  return useContext(Me)?.role === "owner";
}
