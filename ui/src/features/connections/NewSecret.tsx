import { Alert, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { Failed } from "../../components/states";
import { pathOf, type ConnectionOne } from "./types";

/** Another token or password for the same account; it is tried first. */
export function NewSecret({ item, onDone }: { item: ConnectionOne; onDone: (found: string) => void }) {
  const [secret, setSecret] = useState("");
  const token = item.system === "ghl";
  const replace = useChange(async () => {
    const done = await call<{ found: string }>("POST", pathOf(item.name, "/secret"), { secret });
    setSecret("");
    onDone(done.found);
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        replace.mutate(undefined);
      }}
    >
      <Stack gap="sm">
        <PasswordInput
          label={token ? "New private integration token" : "New password"}
          description={
            token
              ? "In HighLevel: Settings → Private Integrations of this location → the integration → Rotate. The one that is used now stays until this one works."
              : `Of the user ‘${item.options.user ?? ""}’ in Act!. The one that is used now stays until this one works.`
          }
          required
          autoComplete="new-password"
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
        {replace.error ? <Failed error={replace.error} /> : null}
        <Group>
          <Button type="submit" size="xs" loading={replace.isPending}>
            {token ? "Give it a new token" : "Give it the new password"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Shown where the form was: what the new one let us see. */
export function Replaced({ found }: { found: string }) {
  return (
    <Alert color="green" role="status" title="It works again">
      <Text size="sm">{found}. What waited goes on by itself.</Text>
    </Alert>
  );
}
