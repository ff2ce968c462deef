import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useSignIn } from "../../api/queries";
import { Failed } from "../../components/states";
import { Door } from "./Door";

export function SignIn() {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = useSignIn();
  return (
    <Door
      title="Sign in"
      note="No account yet? The first one is made with the link that 'orderbridge serve' prints, others by the owner. Forgotten? 'orderbridge users reset NAME' on the server makes a new link."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          enter.mutate({ name, password });
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            autoComplete="username"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {enter.error ? <Failed error={enter.error} /> : null}
          <Button type="submit" loading={enter.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
