import { Button, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { Problem } from "../../api/client";
import { Door } from "./Door";
import { SignInForm } from "./SignInForm";

const NOTE =
  "An owner makes accounts. Forgotten the password? 'orderbridge users reset NAME' on the server makes a new link.";

/** The door of those who have an account; without any account at all it says where the first one comes from. */
export function SignIn({ why }: { why: Problem }) {
  const queries = useQueryClient();
  if (why.cause_ === "session.first_run") {
    return (
      <Door title="Welcome: nobody has an account yet" note="Whoever looks after the server makes the first one.">
        <Text size="sm" className="says">
          {why.message}.
        </Text>
        <Button variant="default" onClick={() => void queries.invalidateQueries({ queryKey: ["session"] })}>
          I have an account now
        </Button>
      </Door>
    );
  }
  return (
    <Door title="Sign in" note={NOTE}>
      <SignInForm />
    </Door>
  );
}
