import { useQuery } from "@tanstack/react-query";
import { callExact } from "../../api/client";
import { useChange } from "../../api/queries";
import type { Accounts, Enabled, Template, WholeTemplate } from "./types";

export function useTemplates() {
  return useQuery({ queryKey: ["live", "templates"], queryFn: () => callExact<Template[]>("GET", "/api/templates") });
}

export function useTemplate(name: string) {
  return useQuery({
    queryKey: ["live", "templates", name],
    queryFn: () => callExact<WholeTemplate>("GET", `/api/templates/${encodeURIComponent(name)}`),
  });
}

/** What Act! lacks; it is the same for every template, and asked of Act! itself, so not with every change. */
export function useMissing(template: string, accounts: Accounts | null) {
  return useQuery({
    queryKey: ["missing", template, accounts],
    queryFn: () => {
      const wanted = new URLSearchParams({ ghl: accounts?.highlevel ?? "", act: accounts?.act ?? "" });
      return callExact<{ missing: string[] }>("GET", `/api/templates/${encodeURIComponent(template)}/missing?${wanted}`);
    },
    enabled: accounts !== null && template !== "",
  });
}

export interface Wish {
  template: string;
  accounts: Accounts;
  settings: Record<string, unknown>;
  createFields: boolean;
}

export function enable({ template, accounts, settings, createFields }: Wish): Promise<Enabled> {
  return callExact<Enabled>("POST", `/api/templates/${encodeURIComponent(template)}/enable`, {
    ghl: accounts.highlevel,
    act: accounts.act,
    settings,
    create_fields: createFields,
  });
}

export function useEnable() {
  return useChange(enable);
}
