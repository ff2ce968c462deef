import type { Problem } from "../../api/client";
import { Door } from "./Door";
import { SignInForm } from "./SignInForm";

const NOTE =
  "An owner makes accounts. Forgotten the password? 'orderbridge users reset NAME' on the server makes a new link.";

/** The door of those who have an account; without any account at all it says where the first one comes from. */
export function SignIn({ why }: { why: Problem }) {
  const first = why.cause_ === "session.first_run";
  return (
    <Door title={first ? "Welcome: nobody has an account yet" : "Sign in"} note={first ? why.message : NOTE}>
      <SignInForm />
    </Door>
  );
}
