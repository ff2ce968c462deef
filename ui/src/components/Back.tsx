import { Anchor } from "@mantine/core";
import { Link } from "wouter";

/** The way from one of many to all of them; it stands above the heading. */
export function Back({ to, children }: { to: string; children: string }) {
  return (
    <Anchor component={Link} href={to} size="sm" w="fit-content">
      {children}
    </Anchor>
  );
}
