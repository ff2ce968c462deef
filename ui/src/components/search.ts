import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";

/** What a list is asked for, kept in the address so that it can be sent to somebody. */
export function useAddress(): [URLSearchParams, (changes: Record<string, string | null>) => void] {
  const search = useSearch();
  const [where, go] = useLocation();
  const found = new URLSearchParams(search);
  return [
    found,
    (changes) => {
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      const text = next.toString();
      go(text ? `${where}?${text}` : where, { replace: true });
    },
  ];
}

/** A text field whose words reach the address when somebody stops typing. */
export function useTyped(name: string): [string, (text: string) => void] {
  const [address, change] = useAddress();
  const [where] = useLocation();
  const [text, setText] = useState(address.get(name) ?? "");
  const [settled] = useDebouncedValue(text, 300);
  useEffect(() => {
    // Whoever has left for a page that is still being fetched is not brought back.
    if (window.location.pathname !== where) return;
    if (settled !== (address.get(name) ?? "")) change({ [name]: settled.trim() || null, after: null });
    // Only what was typed moves the address; a changed address alone must not write itself back.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return [text, setText];
}
