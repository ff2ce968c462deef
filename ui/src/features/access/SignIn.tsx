import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Problem } from "../../api/client";
import { useSignIn } from "../../api/queries";
import { Failed } from "../../components/states";
import { Door } from "./Door";

const NOTE =
  "An owner makes accounts. Forgotten the password? 'orderbridge users reset NAME' on the server makes a new link.";

/** The door of those who have an account; without any account at all it says where the first one comes from. */
export function SignIn({ why }: { why: Problem }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = useSignIn();
  return (
    <Door
      title={why.cause_ === "session.first_run" ? "Welcome: nobody has an account yet" : "Sign in"}
      note={why.cause_ === "session.first_run" ? why.message : NOTE}
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
