import { useQuery } from "@tanstack/react-query";
import { callExact } from "../../api/client";
import type { Operation, OperationRow } from "./types";

/** Everything that can be done; it changes only with a new version of the product. */
export function useOperations() {
  return useQuery({
    queryKey: ["operations"],
    queryFn: () => callExact<OperationRow[]>("GET", "/api/operations"),
    staleTime: Infinity,
  });
}

/** One of them with its schemas; nothing is asked for an empty name. */
export function useOperation(ref: string) {
  return useQuery({
    queryKey: ["operations", ref],
    queryFn: () => callExact<Operation>("GET", `/api/operations/${encodeURIComponent(ref)}`),
    staleTime: Infinity,
    enabled: ref !== "",
  });
}
