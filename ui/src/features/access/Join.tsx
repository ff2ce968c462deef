import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { useJoin } from "../../api/queries";
import { Failed } from "../../components/states";
import { Door } from "./Door";

const SHORTEST = 12;

export function Join() {
  // Behind the '#', so that it stands in no log.
  const [token] = useState(() => window.location.hash.slice(1));
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [, go] = useLocation();
  const join = useJoin();
  const short = password.length > 0 && password.length < SHORTEST;
  if (!token) {
    return (
      <Door title="This link is not whole" note="Open it once more from where it was shown: what stands behind the # belongs to it.">
        {null}
      </Door>
    );
  }
  return (
    <Door title="Make your account" note="This link works once. Choose the name and the password that you sign in with from now on.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          join.mutate({ token, name, password }, { onSuccess: () => go("/", { replace: true }) });
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            description="For example your e-mail address"
            autoComplete="username"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            description={`${SHORTEST} characters at least; a few words that only you put together are good`}
            autoComplete="new-password"
            required
            error={short ? `${SHORTEST - password.length} more` : undefined}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {join.error ? <Failed error={join.error} /> : null}
          <Button type="submit" loading={join.isPending} disabled={password.length < SHORTEST}>
            Make the account
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
