import type { components } from "../../api/schema";

type Schemas = components["schemas"];

export type ConnectionListed = Schemas["ConnectionListed"];
export type ConnectionOne = Schemas["ConnectionOne"];
export type Options = Schemas["Options"];
export type Diagnosis = Schemas["DiagnosisShown"];
export type Check = Schemas["CheckShown"];
export type SignInSetup = Schemas["SignInSetup"];
export type SignInBegun = Schemas["SignInBegun"];
export type ActSetup = Schemas["ActSetup"];
export type Webhooks = Schemas["WebhooksShown"];
export type Mode = "live" | "test" | "sandbox";

/** What was found in an Act! database, as far as it is shown. */
export interface Discovered {
  at: string;
  address: { url: string; described: string };
  system: { api_version: string | null; culture: string | null };
  user: { display_name: string | null; user_name: string | null; role: string | null };
  permissions: { permission: string; held: boolean | null; needed: "always" | "sometimes"; without: string }[];
  fields: Record<string, { label: string; key: string; type: string }[]>;
  tables: { label: string; fields: unknown[] }[];
  processes: { name: string; stages: { name: string }[] }[];
  history_types: { name: string }[];
  task_types: { name: string }[];
  users: { display_name: string }[];
  webhooks: { offered: boolean; why: string | null };
  notes: string[];
}

export function systemOf(system: string): string {
  return system === "ghl" ? "HighLevel" : "Act!";
}

/** Where the address of an API stands for one connection; its name may hold anything. */
export function pathOf(name: string, rest = ""): string {
  return `/api/connections/${encodeURIComponent(name)}${rest}`;
}

/** Where our page about it is. */
export function pageOf(name: string): string {
  return `/connections/${encodeURIComponent(name)}`;
}
