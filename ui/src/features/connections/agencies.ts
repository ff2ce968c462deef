import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Agency = Schemas["AgencyShown"];
export type Location = Schemas["LocationListed"];
export type Told = Schemas["LocationTold"];

/** The agencies with their locations; asked again every so often where somebody waits for one to appear. */
export function useAgencies(everyMs?: number) {
  return useQuery({
    queryKey: ["live", "agencies"],
    queryFn: () => call<Agency[]>("GET", "/api/agencies"),
    refetchInterval: everyMs ?? false,
  });
}

/** Connects one location, or without one all that have the app. */
export function useConnectLocations(agency: string) {
  return useChange((given: { location?: string; name?: string }) => call<Told[]>("POST", agencyPath(agency, "/connect"), given));
}

export function agencyPath(name: string, rest = ""): string {
  return `/api/agencies/${encodeURIComponent(name)}${rest}`;
}

/** Those that can be connected with one click. */
export function left(agency: Agency): Location[] {
  return agency.locations.filter((item) => item.installed && item.connection === null);
}

/** Those whose name, id or connection has the words; all without any. */
export function fitting(locations: Location[], words: string): Location[] {
  const wanted = words.trim().toLowerCase();
  return wanted ? locations.filter((item) => `${item.name} ${item.location} ${item.connection ?? ""}`.toLowerCase().includes(wanted)) : locations;
}
