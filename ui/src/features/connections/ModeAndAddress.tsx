import { Select, Stack, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { Mode } from "./types";

const MODES = [
  { value: "live", label: "Live: real customers and real money" },
  { value: "test", label: "Test: a real account that is only for trying" },
  { value: "sandbox", label: "Sandbox: made-up accounts of a stand-in" },
];

/** What most people leave as it is: closed until somebody wants it. */
export function ModeAndAddress({
  mode,
  setMode,
  baseUrl,
  setBaseUrl,
  children,
}: {
  mode: Mode;
  setMode: (mode: Mode) => void;
  baseUrl?: string;
  setBaseUrl?: (url: string) => void;
  children?: ReactNode;
}) {
  return (
    <details>
      <summary>For tests, a sandbox or a gateway</summary>
      <Stack gap="sm" mt="sm">
        <Select
          label="Mode"
          description="Live, test and sandbox accounts are never joined with each other."
          data={MODES}
          value={mode}
          allowDeselect={false}
          onChange={(value) => setMode((value ?? "live") as Mode)}
        />
        {setBaseUrl ? (
          <TextInput
            label="Address of the API"
            description="Only for a stand-in or a gateway; left empty, it is HighLevel’s own."
            placeholder="https://services.leadconnectorhq.com"
            value={baseUrl ?? ""}
            onChange={(event) => setBaseUrl(event.currentTarget.value)}
          />
        ) : null}
        {children}
      </Stack>
    </details>
  );
}
