import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { About, Alert, Backups, ChannelRow, LiveRow, MessageRow, Pause, PublicAddress, Told, TokenRow, UserRow, WrittenRow } from "./types";

function useRead<T>(name: string, path: string) {
  return useQuery({ queryKey: ["live", "settings", name], queryFn: () => call<T>("GET", path) });
}

export const useUsers = () => useRead<UserRow[]>("users", "/api/users");
export const useTokens = () => useRead<TokenRow[]>("tokens", "/api/tokens");
export const useChannels = () => useRead<ChannelRow[]>("channels", "/api/channels");
export const useMessages = () => useRead<MessageRow[]>("messages", "/api/channels/messages?days=7");
export const useAlerts = () => useRead<Alert[]>("alerts", "/api/alerts");
export const useTold = () => useRead<Told>("told", "/api/alerts/channel");
export const useBackups = () => useRead<Backups>("backups", "/api/backups");
export const useAbout = () => useRead<About>("about", "/api/about");
export const usePause = () => useRead<Pause>("pause", "/api/pause");
export const useLiveFlows = () => useRead<LiveRow[]>("live-flows", "/api/live-flows");
export const useWritten = (flow: string) =>
  useRead<WrittenRow[]>(`written ${flow}`, `/api/live-flows/${encodeURIComponent(flow)}/written`);

/** Calls ourselves from outside, so it is not asked anew whenever something changes. */
export function usePublicAddress() {
  return useQuery({
    queryKey: ["public-address"],
    queryFn: () => call<PublicAddress>("GET", "/api/public-address"),
    staleTime: 60_000,
  });
}
