import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { ActSetup, ConnectionListed, ConnectionOne, Diagnosis, Mode, SignInSetup, Webhooks } from "./types";
import { pathOf } from "./types";

/** All of them; asked again every so often where somebody waits for one to appear. */
export function useConnections(everyMs?: number) {
  return useQuery({
    queryKey: ["live", "connections"],
    queryFn: () => call<ConnectionListed[]>("GET", "/api/connections"),
    refetchInterval: everyMs ?? false,
  });
}

export function useConnection(name: string) {
  return useQuery({
    queryKey: ["live", "connections", name],
    queryFn: () => call<ConnectionOne>("GET", pathOf(name)),
  });
}

/** What has to be entered in HighLevel. */
export function useSignInSetup(mode: Mode, agency = false) {
  return useQuery({
    queryKey: ["live", "sign-in-setup", mode, agency],
    queryFn: () => call<SignInSetup>("GET", `/api/connections/oauth/setup?mode=${mode}&agency=${agency}`),
  });
}

export function useActSetup() {
  return useQuery({
    queryKey: ["act-setup"],
    queryFn: () => call<ActSetup>("GET", "/api/connections/act/setup"),
    staleTime: Infinity,
  });
}

/** Tries the account when it is first shown, and when it is asked for again; it costs calls, so never by itself. */
export function useDiagnosis(name: string) {
  return useQuery({
    queryKey: ["diagnosis", name],
    queryFn: () => call<Diagnosis>("POST", pathOf(name, "/test")),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export function useWebhooks(name: string) {
  return useQuery({
    queryKey: ["webhooks", name],
    queryFn: () => call<Webhooks>("GET", pathOf(name, "/webhooks")),
    retry: false,
    refetchOnWindowFocus: false,
  });
}
