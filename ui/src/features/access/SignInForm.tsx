import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useSignIn } from "../../api/queries";
import { Failed } from "../../components/states";

/** Name and password; what was typed stays when they are refused. */
export function SignInForm({ known = "" }: { known?: string }) {
  const [name, setName] = useState(known);
  const [password, setPassword] = useState("");
  const enter = useSignIn();
  return (
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
          data-autofocus={known ? true : undefined}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {enter.error ? <Failed error={enter.error} /> : null}
        <Button type="submit" loading={enter.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
